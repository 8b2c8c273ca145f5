import { existsSync } from 'node:fs'
import { readdir, readFile, symlink } from 'node:fs/promises'
import { resolve } from 'node:path'
import { createFolder, runProcess } from '@mochi/testing'
import type { Folder } from '@mochi/testing'
import { expect, test } from 'vitest'
import { createVitestConfig, DEFAULT_THRESHOLDS } from './vitest.ts'

const workspace = resolve(import.meta.dirname, '../../..')

const half = {
  'src/sign.ts': "export function sign(n: number): string {\n  if (n < 0) return 'minus'\n  return 'plus'\n}\n",
  'src/sign.test.ts':
    "import { expect, test } from 'vitest'\nimport { sign } from './sign.ts'\ntest('plus', () => expect(sign(1)).toBe('plus'))\n",
}

test('coverage below the threshold fails the run, also by a source without any test; its reports are there', async () => {
  await using project = await createProject({ ...half, 'src/other.ts': 'export const x = (): number => 1\n' })
  const { code, output } = await runVitest(project, ['--coverage'])
  expect(output).toContain('Coverage for functions (50%) does not meet global threshold (80%)')
  expect(code).toBe(1)
  expect(await readFile(project.join('reports/coverage/junit.xml'), 'utf8')).toContain('tests="1" failures="0"')
  expect(await readFile(project.join('reports/coverage/lcov.info'), 'utf8')).toContain('SF:src/sign.ts')
  expect(existsSync(project.join('reports/coverage/index.html'))).toBe(true)
})

test('a test that fails, and an error that no test caught, fail the run', async () => {
  await using failing = await createProject({
    'src/a.test.ts': "import { expect, test } from 'vitest'\ntest('a', () => expect(1).toBe(2))\n",
  })
  expect(await runVitest(failing)).toMatchObject({ code: 1 })
  const stray = "import { test } from 'vitest'\ntest('a', () => void Promise.reject(new Error('stray')))\n"
  await using loud = await createProject({ 'src/a.test.ts': stray })
  expect(await runVitest(loud)).toMatchObject({ code: 1, output: expect.stringContaining('stray') })
})

test('test and coverage write apart, and a project moves its thresholds in package.json', async () => {
  const earlier = { 'reports/coverage/lcov.info': 'of an earlier run' }
  await using project = await createProject({ ...half, ...earlier }, { lines: 60, statements: 60, branches: 50 })
  expect(await runVitest(project)).toMatchObject({ code: 0 })
  expect(await readdir(project.join('reports/coverage'))).toEqual(['lcov.info'])
  expect(await runVitest(project, ['--coverage'])).toMatchObject({ code: 0 })
  expect(existsSync(project.join('reports/test/junit.xml'))).toBe(true)
  expect(await readFile(project.join('reports/coverage/lcov.info'), 'utf8')).toContain('SF:src/sign.ts')
})

test('a threshold that is not named keeps its default', async () => {
  await using project = await createProject({}, { lines: 95 })
  const { coverage } = createVitestConfig(project.path, { coverage: true }).test ?? {}
  expect(coverage).toMatchObject({ thresholds: { ...DEFAULT_THRESHOLDS, lines: 95 } })
})

test('vite transforms the sources of the project itself; those of the others are loaded by Node', () => {
  const { server } = createVitestConfig(resolve(workspace, 'libs/names'), { coverage: false }).test ?? {}
  const isLoadedByNode = (file: string): boolean =>
    [server?.deps?.external ?? []].flat().some((pattern) => new RegExp(pattern).test(resolve(workspace, file)))
  expect(isLoadedByNode('libs/names/src/app-name.ts')).toBe(false)
  expect(isLoadedByNode('libs/names-of-others/src/index.ts')).toBe(true)
  expect(isLoadedByNode('libs/errors/src/index.ts')).toBe(true)
})

test('a project asks more of some of its files than of the whole', async () => {
  const whole = { lines: 0, functions: 0, branches: 0, statements: 0 }
  await using project = await createProject(half, { ...whole, 'src/{sign,other}.ts': { statements: 90 } })
  const { code, output } = await runVitest(project, ['--coverage'])
  expect(output).toContain('Coverage for statements (66.66%) does not meet "src/{sign,other}.ts" threshold (90%)')
  expect(code).toBe(1)
})

async function createProject(
  files: Record<string, string>,
  coverage?: Record<string, number | object>,
): Promise<Folder> {
  const folder = await createFolder({
    'package.json': JSON.stringify({ type: 'module', mochi: { coverage } }),
    ...files,
  })
  await symlink(resolve(workspace, 'node_modules'), folder.join('node_modules'))
  return folder
}

async function runVitest(
  project: Folder,
  args: readonly string[] = [],
): Promise<{ code: number | null; output: string }> {
  const vitest = resolve(workspace, 'node_modules/.bin/vitest')
  const config = ['--config', resolve(import.meta.dirname, 'vitest.ts'), '--configLoader', 'native']
  const env = { ...process.env, NO_COLOR: '1', FORCE_COLOR: undefined, VITEST: undefined }
  const { code, stdout, stderr } = await runProcess(vitest, ['run', ...config, ...args], { cwd: project.path, env })
  return { code, output: stdout + stderr }
}
