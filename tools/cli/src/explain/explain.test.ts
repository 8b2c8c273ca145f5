import { glob, readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { createFolder } from '@mochi/testing'
import { describe, expect, test } from 'vitest'
import { createTestContext } from '../testing/test-context.ts'
import { collectErrors } from './catalogues.ts'
import { runExplain } from './run.ts'

const workspace = resolve(import.meta.dirname, '../../../..')

function catalogue(...codes: string[]): string {
  const definitions = Object.fromEntries(codes.map((code) => [code, { summary: `${code} broke`, explain: 'Mend it.' }]))
  return `export const errors = { definitions: ${JSON.stringify(definitions)} }`
}

async function explain(root: string, code?: string, json = false): Promise<string> {
  const context = createTestContext({ root })
  await runExplain(context, { json }, code)
  return context.written.stdout
}

describe('The catalogues', () => {
  test('are found by their place, whatever the room, and sorted by code', async () => {
    await using folder = await createFolder({
      'libs/b/src/errors.ts': catalogue('B_TWO', 'B_ONE'),
      'apps/a/src/part/errors.ts': catalogue('A_ONE'),
      'toolchain/src/errors.ts': catalogue('T_ONE'),
      'toolchain/src/install-errors.ts': `/* defineErrors() */ ${catalogue('I_ONE').replace('errors', 'installErrors')}`,
      'libs/b/src/define-errors.ts': 'export function defineErrors() {}',
      'libs/b/src/all-errors.ts': 'throw new Error("this is no catalogue, and costs time to load")',
      'libs/b/node_modules/c/src/errors.ts': catalogue('C_FOREIGN'),
      'libs/b/src/other.ts': catalogue('B_OTHER'),
    })
    const found = (await collectErrors(folder.path)).map(({ code, project, file }) => [code, project, file])
    expect(found).toEqual([
      ['A_ONE', 'a', 'apps/a/src/part/errors.ts'],
      ['B_ONE', 'b', 'libs/b/src/errors.ts'],
      ['B_TWO', 'b', 'libs/b/src/errors.ts'],
      ['I_ONE', 'toolchain', 'toolchain/src/install-errors.ts'],
      ['T_ONE', 'toolchain', 'toolchain/src/errors.ts'],
    ])
  })

  test('refuse a code that two define, and name both files', async () => {
    await using folder = await createFolder({
      'libs/a/src/errors.ts': catalogue('X_SAME'),
      'libs/b/src/errors.ts': catalogue('X_SAME'),
    })
    await expect(collectErrors(folder.path)).rejects.toMatchObject({
      code: 'CLI_CODE_TWICE',
      message: expect.stringContaining('libs/a/src/errors.ts, libs/b/src/errors.ts') as string,
    })
  })

  test('refuse a file of the name that exports none', async () => {
    await using folder = await createFolder({ 'libs/a/src/errors.ts': 'export const failures = {}' })
    await expect(collectErrors(folder.path)).rejects.toMatchObject({
      code: 'CLI_CATALOGUE_DAMAGED',
      where: 'libs/a/src/errors.ts',
    })
  })
})

describe('This workspace', () => {
  test('collects every code that a source file defines', async () => {
    const codes = (await collectErrors(workspace)).map(({ code }) => code)
    const defined = await definedCodes(['{apps,libs,tools}/*/src/**/*.ts', '{toolchain,docs}/src/**/*.ts'])
    expect(defined.length).toBeGreaterThan(10)
    expect(codes).toEqual(expect.arrayContaining(defined))
  })

  test('collects every code that its shell scripts print', async () => {
    const codes = (await collectErrors(workspace)).map(({ code }) => code)
    const printed = await shellCodes(['mochi', 'toolchain/install', 'toolchain/lib/*.sh', 'toolchain/bin/*'])
    expect(codes).toEqual(expect.arrayContaining(printed))
  })

  test('explains each code in words', async () => {
    for (const { code, summary, explain } of await collectErrors(workspace)) {
      expect(summary.length, code).toBeGreaterThan(10)
      expect(explain.length, code).toBeGreaterThan(20)
    }
  })
})

/** Codes in the files that call `defineErrors(`, whatever they are called: a key of upper case with an object behind. */
async function definedCodes(patterns: string[]): Promise<string[]> {
  const texts = await readAll(patterns, (path) => !path.endsWith('.test.ts') && !path.startsWith('libs/errors/'))
  return texts
    .filter((text) => /^export const \w+ = defineErrors\(/m.test(text))
    .flatMap((text) => [...text.matchAll(/^ {2}([A-Z][A-Z0-9_]+): \{/gm)].map(([, code = '']) => code))
}

async function shellCodes(patterns: string[]): Promise<string[]> {
  const texts = await readAll(patterns, () => true)
  const codes = texts.flatMap((text) => [...text.matchAll(/\b(?:fail|fault) ([A-Z][A-Z0-9]*_[A-Z0-9_]+)/g)])
  return [...new Set(codes.map(([, code = '']) => code))]
}

async function readAll(patterns: string[], wanted: (path: string) => boolean): Promise<string[]> {
  const paths = await Array.fromAsync(
    glob(patterns, { cwd: workspace, exclude: (path) => path.includes('node_modules') }),
  )
  return Promise.all(paths.filter(wanted).map((path) => readFile(join(workspace, path), 'utf8')))
}

describe('mochi explain', () => {
  test('says why and where it is defined', async () => {
    await using folder = await createFolder({ 'libs/a/src/errors.ts': catalogue('A_CODE') })
    expect(await explain(folder.path, 'A_CODE')).toBe(
      'A_CODE: A_CODE broke\n\nMend it.\n\nDefined by a, in libs/a/src/errors.ts.\n',
    )
  })

  test('takes a code in any case, with dashes too', async () => {
    await using folder = await createFolder({ 'libs/a/src/errors.ts': catalogue('A_CODE') })
    expect(await explain(folder.path, 'a-code')).toContain('A_CODE broke')
  })

  test('lists all codes without one', async () => {
    await using folder = await createFolder({ 'libs/a/src/errors.ts': catalogue('A_ONE', 'A_TWO') })
    expect(await explain(folder.path)).toMatch(/^A_ONE {2}A_ONE broke\nA_TWO {2}A_TWO broke\n/)
  })

  test('gives the same as data', async () => {
    await using folder = await createFolder({ 'libs/a/src/errors.ts': catalogue('A_ONE') })
    const one = {
      code: 'A_ONE',
      project: 'a',
      file: 'libs/a/src/errors.ts',
      summary: 'A_ONE broke',
      explain: 'Mend it.',
    }
    expect(JSON.parse(await explain(folder.path, 'A_ONE', true))).toEqual(one)
    expect(JSON.parse(await explain(folder.path, undefined, true))).toEqual([one])
  })

  test('names the nearest code for one that nobody defines', async () => {
    await using folder = await createFolder({ 'libs/a/src/errors.ts': catalogue('A_LONGER_CODE') })
    await expect(explain(folder.path, 'A_LONGR_CODE')).rejects.toMatchObject({ hint: './mochi explain A_LONGER_CODE' })
    await expect(explain(folder.path, 'QQQ')).rejects.toMatchObject({ hint: './mochi explain' })
  })
})
