import { readdir, readFile } from 'node:fs/promises'
import { createFolder } from '@mochi/testing'
import type { Folder } from '@mochi/testing'
import { expect, test } from 'vitest'
import { benchmarks } from './benchmarks.ts'
import type { Benchmark } from './benchmarks.ts'
import { describeMachine } from './machine.ts'
import { run } from './run.ts'

const quick: Benchmark = ({ say }) => {
  say('measuring')
  return Promise.resolve({ introduction: 'How fast.', results: [], missing: [] })
}

/** Runs a quick benchmark on a machine of two cores with this load: the exit code, and all that was written. */
async function runQuick(folder: Folder, load: number, args: readonly string[]) {
  const printed: string[] = []
  const said: string[] = []
  const code = await run(args, {
    folder: folder.path,
    print: (page) => printed.push(page),
    say: (line) => said.push(line),
    load: () => Promise.resolve(quick),
    measureLoad: () => Promise.resolve(load),
    describe: (given) => ({ ...describeMachine(given), cores: 2 }),
  })
  return { code, page: printed.join(''), said }
}

test('the page is printed and written, and how far it is goes elsewhere', async () => {
  await using folder = await createFolder()
  const { code, page, said } = await runQuick(folder, 0.1, ['cli'])

  expect(code).toBe(0)
  expect(page).toContain('# Benchmark: cli\n\nHow fast.\n')
  expect(await readFile(folder.join('cli.md'), 'utf8')).toBe(page)
  expect(said).toEqual(['measuring'])
})

test('on a busy machine it ends with 1 and says what to do', async () => {
  await using folder = await createFolder()
  const { code, page, said } = await runQuick(folder, 2, ['cli'])

  expect({ code, page }).toEqual({ code: 1, page: '' })
  expect(said).toEqual([expect.stringContaining('npx nx run bench:cli --busy')])
  expect(await readdir(folder.path)).toEqual([])
})

test.each([[['--busy', 'cli']], [['cli', '--busy']]])(
  'a busy machine measures when it is told to: %j',
  async (args) => {
    await using folder = await createFolder()
    const { code, page } = await runQuick(folder, 2, args)

    expect(code).toBe(0)
    expect(page).toContain('**The machine was busy')
    expect(await readdir(folder.path)).toEqual(['cli.md'])
  },
)

test('the machine itself is described where nobody else is', async () => {
  await using folder = await createFolder()
  const pages: string[] = []
  const options = { folder: folder.path, print: (page: string) => pages.push(page), say: () => undefined }
  const parts = { load: () => Promise.resolve(quick), measureLoad: () => Promise.resolve(0) }
  expect(await run(['cli', '--busy'], { ...options, ...parts })).toBe(0)
  expect(pages.join('')).toContain(`- Node: ${process.version}\n`)
})

test.each([[[]], [['--busy']], [['speed']], [['cli', 'graph']], [['cli', '--fast']]])(
  'what names no benchmark measures nothing and says which there are: %j',
  async (args) => {
    await using folder = await createFolder()
    const { code, page, said } = await runQuick(folder, 0.1, args)

    expect({ code, page }).toEqual({ code: 2, page: '' })
    expect(said).toEqual([expect.stringContaining(`one of ${Object.keys(benchmarks).join(', ')}`)])
  },
)
