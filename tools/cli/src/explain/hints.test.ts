import { glob, readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { MochiError, formatError } from '@mochi/errors'
import type { ErrorDefinition } from '@mochi/errors'
import { describe, expect, test } from 'vitest'
import { createApp } from '../app.ts'
import { normalizeArguments } from '../arguments.ts'

const workspace = resolve(import.meta.dirname, '../../../..')
const app = createApp({ version: '', help: { color: false, columns: 100 } })

type Target = { getRoutingTargetForInput?: (input: string) => Target | undefined; parameters?: { flags?: object } }

/** Why a command line that somebody is told to run is none of ours; undefined when all is well. */
function faultOf(line: string): string | undefined {
  const words = normalizeArguments(line.split(/\s+/).slice(1))
  let target: Target = app.root
  for (const [index, word] of words.entries()) {
    if (word === '--') return undefined
    if (target.getRoutingTargetForInput !== undefined) {
      // `mochi toolchain …` stands for any of them.
      if (word === '…' || ['--help', '--version'].includes(word)) return undefined
      const next = target.getRoutingTargetForInput(word)
      if (next === undefined) return `no command ${words.slice(0, index + 1).join(' ')}`
      target = next
    } else if (word.startsWith('--') && word !== '--help') {
      const name = (word.slice(2).split('=')[0] ?? '').replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())
      if (!Object.hasOwn(target.parameters?.flags ?? {}, name)) return `${line.trim()} has no flag ${word}`
    }
  }
  return target.getRoutingTargetForInput === undefined ? undefined : `${line.trim()} is only the beginning of a command`
}

/** Every `mochi …` of a text that begins a command: the words up to what ends it. */
function commandsIn(text: string): string[] {
  const found = text.matchAll(
    /(?<![\w./@>-])(?:\.\/)?mochi(?= [a-z…-])((?: (?!(?:then|or|and|after|when|in|is) )[\w.<>=…:-]+)+)/g,
  )
  return [...found].map(([, rest = '']) => `mochi${rest.replace(/[.:]+$/, '')}`)
}

const spans = (markdown: string): string[] => [...markdown.matchAll(/`([^`]+)`/g)].map(([, span = '']) => span)

/** Facts of which every part is there, whatever a definition asks for; and facts of which none is. */
const anything: unknown = new Proxy(() => anything, {
  get: (_, key) => (key === Symbol.toPrimitive || key === 'toString' ? () => 'FACT' : anything),
})
const nothing: unknown = new Proxy({}, { get: () => undefined })

/** What a part of an error says of any facts, and of none. */
function textsOf(part: ErrorDefinition<never>['hint']): string[] {
  return [anything, nothing].map((facts) => {
    try {
      return String(part?.(facts as never))
    } catch {
      return ''
    }
  })
}

async function readDefinitions(): Promise<[string, ErrorDefinition<never>][]> {
  const patterns = ['{apps,libs,tools}/*/src/**/{,*-}errors.ts', '{toolchain,docs}/src/**/{,*-}errors.ts']
  const files = await Array.fromAsync(
    glob(patterns, { cwd: workspace, exclude: (path) => path.includes('node_modules') }),
  )
  const modules = await Promise.all(
    files.map(async (file) => (await import(pathToFileURL(join(workspace, file)).href)) as Record<string, unknown>),
  )
  return modules
    .flatMap((module) => Object.values(module))
    .flatMap((value) =>
      value !== null && typeof value === 'object' && 'definitions' in value ? [value.definitions] : [],
    )
    .flatMap((definitions) => Object.entries(definitions as Record<string, ErrorDefinition<never>>))
}

describe('a command that an error names exists, with its flags', () => {
  test('in the hints and explanations of all catalogues', async () => {
    const definitions = await readDefinitions()
    const commands: string[] = []
    for (const [code, definition] of definitions)
      for (const text of [...textsOf(definition.hint), ...spans(definition.explain)])
        for (const command of commandsIn(text)) {
          commands.push(command)
          expect.soft(faultOf(command), `${code}: ${text}`).toBeUndefined()
        }
    expect(new Set(commands).size).toBeGreaterThan(15)
    expect(commands).toEqual(expect.arrayContaining(['mochi toolchain lock', 'mochi toolchain verify --fix']))
  })

  test('in one spelling, ./mochi, which is what the printers replace by the name that the user calls', async () => {
    for (const [code, { message, hint, summary, explain }] of await readDefinitions())
      for (const text of [...textsOf(message), ...textsOf(hint), summary, explain])
        for (const command of commandsIn(text.replaceAll('./mochi', '')))
          expect.soft(faultOf(command), `${code}: ${text}`).toBeDefined()
    const printed = formatError(new MochiError({ code: 'A_CODE', message: 'It broke.' }))
    expect(commandsIn(printed.replaceAll('./mochi', ''))).toEqual([])
  })

  test('and a tool of the toolchain, which need not be on PATH, is called by ./mochi exec', async () => {
    for (const [code, { hint }] of await readDefinitions())
      for (const text of textsOf(hint))
        expect.soft(/(?:^|, |then |or )(?:pnpm|lefthook|rg) /.exec(text)?.[0], `${code}: ${text}`).toBeUndefined()
  })

  test('in what the shell scripts print', async () => {
    const patterns = ['mochi', 'toolchain/install', 'toolchain/lib/*.sh', 'toolchain/bin/*']
    const commands: string[] = []
    for (const file of await Array.fromAsync(glob(patterns, { cwd: workspace }))) {
      const lines = (await readFile(join(workspace, file), 'utf8')).split('\n')
      const texts = lines.filter((line) => !/^\s*#/.test(line)).flatMap((line) => line.match(/(?<=')[^']*(?=')/g) ?? [])
      // A sentence is no command: 'mochi runs in a checkout.'
      for (const text of texts.filter((found) => !/^error: |\.$/.test(found)))
        for (const command of commandsIn(text)) {
          commands.push(command)
          expect.soft(faultOf(command), `${file}: ${text}`).toBeUndefined()
        }
    }
    expect(commands).toContain('mochi setup')
  })

  test.each([
    ['./mochi install', 'no command install'],
    ['mochi toolchain lock --check', 'mochi toolchain lock --check has no flag --check'],
    ['git restore x, then mochi toolchain', 'mochi toolchain is only the beginning of a command'],
    ['run mochi toolchain lock --dry-run, or ask', undefined],
    ['mochi --explain A_CODE', undefined],
    ['mochi exec -- node --check', undefined],
  ])('%j: %s', (text, fault) => {
    const [command = ''] = commandsIn(text)
    expect(faultOf(command)).toBe(fault)
  })
})
