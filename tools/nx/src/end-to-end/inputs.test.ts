import { beforeAll, describe, expect, test } from 'vitest'
import { createRenderer } from '../scaffold/render-project.fixture.ts'
import { createWorkbench } from './workbench.fixture.ts'
import type { Workbench } from './workbench.fixture.ts'

/** foo is a service that imports errors, through libs/service; bar is a library that imports nothing. */
const TASKS = [
  ...['test', 'coverage', 'lint', 'typecheck', 'build', 'pack'].map((target) => `foo:${target}`),
  ...['test', 'build', 'pack'].map((target) => `bar:${target}`),
  'toolchain:test',
  'nx:test',
]
const FOO_CHECKS = ['foo:test', 'foo:coverage', 'foo:lint', 'foo:typecheck']
const FOO = [...FOO_CHECKS, 'foo:build', 'foo:pack']
const BAR = ['bar:test', 'bar:build', 'bar:pack']

describe('what makes a target run again', () => {
  let inputs: Record<string, string[]>

  beforeAll(async () => {
    await using bench = await createWorkbench()
    const render = await createRenderer()
    const files = [...render('service', 'foo'), ...render('lib', 'bar')]
    await bench.checkout.write(Object.fromEntries(files.map(({ path, content }) => [path, content])))
    inputs = JSON.parse(
      await succeed(bench, `node tools/nx/src/end-to-end/task-inputs.fixture.ts ${TASKS.join(' ')}`),
    ) as typeof inputs
  }, 300_000)

  test.each([
    ['the README of the project', 'apps/foo/README.md', ['foo:pack']],
    ['a source of the project', 'apps/foo/src/app.ts', FOO],
    ['a test of the project', 'apps/foo/src/app.test.ts', [...FOO_CHECKS, 'foo:pack']],
    ['the README of a dependency', 'libs/errors/README.md', ['nx:test']],
    ['a test of a dependency', 'libs/errors/src/redact.test.ts', ['nx:test']],
    ['a source of a dependency', 'libs/errors/src/redact.ts', [...FOO, 'toolchain:test', 'nx:test']],
    [
      'a preset',
      'tools/presets/src/vitest.ts',
      [...without(FOO, 'foo:typecheck'), ...BAR, 'toolchain:test', 'nx:test'],
    ],
    ['the toolchain', 'toolchain/toolchain.lock', TASKS],
    ['the base of every tsconfig', 'tsconfig.base.json', TASKS],
    ['the rules of the linter', 'eslint.config.js', ['foo:lint', 'nx:test']],
    ['the launcher', 'mochi', ['toolchain:test', 'nx:test']],
    ['a template', 'templates/lib/README.md.hbs', ['nx:test']],
    ['the app that shows the template', 'apps/hello/src/app.ts', ['nx:test']],
    ['another library', 'libs/bar/src/bar.ts', BAR],
    ['a result of a run', 'apps/foo/reports/test/junit.xml', []],
    ['the lock file, which every new project changes', 'pnpm-lock.yaml', []],
  ])('%s', (_, path, expected) => {
    expect(TASKS.filter((task) => inputs[task]?.includes(path))).toEqual(
      TASKS.filter((task) => expected.includes(task)),
    )
  })
})

async function succeed(bench: Workbench, line: string): Promise<string> {
  const { code, stdout, stderr } = await bench.run(line)
  expect(code, `${line}\n${stdout}${stderr}`).toBe(0)
  return stdout
}

function without(tasks: readonly string[], task: string): string[] {
  return tasks.filter((each) => each !== task)
}
