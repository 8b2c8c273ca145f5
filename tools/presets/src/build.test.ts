import { existsSync } from 'node:fs'
import { copyFile, readFile, symlink } from 'node:fs/promises'
import { resolve } from 'node:path'
import { createFolder, runProcess } from '@mochi/testing'
import type { Folder } from '@mochi/testing'
import { rolldown } from 'rolldown'
import type { OutputOptions } from 'rolldown'
import { expect, test } from 'vitest'
import { buildLib } from './build-lib.ts'
import appBuild from './rolldown.ts'

const workspace = resolve(import.meta.dirname, '../../..')

const library = {
  'libs/a/tsconfig.json': '{ "extends": "../../tsconfig.base.json" }',
  'libs/a/package.json': '{ "type": "module" }',
  'libs/a/src/index.ts': "export { twice } from './part/twice.ts'\n",
  'libs/a/src/part/twice.ts': 'export function twice(n: number): number {\n  return n * 2\n}\n',
  'libs/a/src/index.test.ts': "import { twice } from './index.ts'\ntwice(1)\n",
}

test('a library becomes JavaScript that runs, with types and maps that lead back, and without its tests', async () => {
  await using folder = await createWorkspace(library)
  expect(buildLib({ workspace: folder.path, root: folder.join('libs/a') })).toBe(0)
  const built = (await import(folder.join('libs/a/dist/index.js'))) as { twice: (n: number) => number }
  expect(built.twice(21)).toBe(42)
  expect(await readFile(folder.join('libs/a/dist/part/twice.d.ts'), 'utf8')).toContain('twice(n: number): number')
  const map = JSON.parse(await readFile(folder.join('libs/a/dist/part/twice.js.map'), 'utf8')) as { sources: string[] }
  expect(map.sources).toEqual(['../../src/part/twice.ts'])
  expect(existsSync(folder.join('libs/a/dist/index.test.js'))).toBe(false)
  expect(existsSync(folder.join('libs/a/dist/.emit'))).toBe(false)
})

test('a library that does not type-check is not built, and an earlier build is gone', async () => {
  await using folder = await createWorkspace({ ...library, 'libs/a/dist/index.js': 'old' })
  await folder.write({ 'libs/a/src/part/twice.ts': "export const twice: number = 'two'\n" })
  expect(buildLib({ workspace: folder.path, root: folder.join('libs/a') })).not.toBe(0)
  expect(existsSync(folder.join('libs/a/dist'))).toBe(false)
})

test('an app becomes one file that runs alone, the same bytes wherever it is built', async () => {
  const files = {
    'src/main.ts':
      "import { platform } from 'node:os'\nimport { greet } from './greet.ts'\nconsole.log(greet(platform().length > 0))\n",
    'src/greet.ts': "export const greet = (yes: boolean): string => (yes ? 'hello' : 'gone')\n",
  }
  await using here = await createFolder(files)
  await using there = await createFolder(files)
  const [first, second] = [await bundle(here), await bundle(there)]
  expect(first).toBe(second)
  await using alone = await createFolder({ 'main.js': first })
  expect(await runProcess(process.execPath, ['main.js'], { cwd: alone.path })).toMatchObject({
    code: 0,
    stdout: 'hello\n',
  })
})

test('an app takes jsonc-parser along, whose main file hides its parts from bundlers', async () => {
  const parser = 'node_modules/jsonc-parser'
  await using folder = await createFolder({
    'src/main.ts': "import { parse } from 'jsonc-parser'\nconsole.log(parse())\n",
    [`${parser}/package.json`]: '{ "name": "jsonc-parser", "main": "./lib/umd/main.js" }',
    [`${parser}/lib/umd/main.js`]: "(function (ask) { exports.parse = ask('./impl/parser').parse })(require)\n",
    [`${parser}/lib/umd/impl/parser.js`]: "exports.parse = () => 'umd'\n",
    [`${parser}/lib/esm/main.js`]: "import { parser } from './impl/parser'\nexport const parse = parser\n",
    [`${parser}/lib/esm/impl/parser.js`]: "export const parser = () => 'parsed'\n",
  })
  await using alone = await createFolder({ 'main.js': await bundle(folder) })
  expect(await runProcess(process.execPath, ['main.js'], { cwd: alone.path })).toMatchObject({
    code: 0,
    stdout: 'parsed\n',
  })
})

async function createWorkspace(files: Record<string, string>): Promise<Folder> {
  const folder = await createFolder(files)
  await copyFile(resolve(workspace, 'tsconfig.base.json'), folder.join('tsconfig.base.json'))
  await symlink(resolve(workspace, 'node_modules'), folder.join('node_modules'))
  return folder
}

async function bundle(folder: Folder): Promise<string> {
  const { output, ...input } = appBuild
  const built = await rolldown({ ...input, cwd: folder.path })
  await built.write({ ...(output as OutputOptions), file: folder.join('dist/main.js') })
  await built.close()
  return readFile(folder.join('dist/main.js'), 'utf8')
}
