import { symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { createCheckout, workspaceRoot } from '@mochi/testing'
import { beforeAll, describe, expect, test } from 'vitest'
import { createRenderer } from '../scaffold/render-project.fixture.ts'

/** foo is a service that imports errors, through libs/service; bar is a library that imports nothing. */
const TASKS = [
  ...['test', 'coverage', 'lint', 'typecheck', 'build', 'pack'].map((target) => `foo:${target}`),
  ...['test', 'build', 'pack'].map((target) => `bar:${target}`),
  ...['toolchain', 'nx', 'errors', 'names', 'config', 'testing', 'presets'].map((project) => `${project}:test`),
]
const TESTS = TASKS.filter((task) => /:(?:test|coverage)$/.test(task))
const FOO_CHECKS = ['foo:test', 'foo:coverage', 'foo:lint', 'foo:typecheck']
const FOO = [...FOO_CHECKS, 'foo:build', 'foo:pack']
const BAR = ['bar:test', 'bar:build', 'bar:pack']

describe('what makes a target run again', () => {
  let inputs: Record<string, string[]>

  beforeAll(async () => {
    await using checkout = await createCheckout({ commit: false })
    const render = await createRenderer()
    const files = [...render('service', 'foo'), ...render('lib', 'bar')]
    await checkout.write(Object.fromEntries(files.map(({ path, content }) => [path, content])))
    // Nothing is run in it, so it needs no packages of its own.
    await symlink(join(workspaceRoot, 'node_modules'), checkout.join('node_modules'))
    const program = join(import.meta.dirname, 'task-inputs.fixture.ts')
    const { code, stdout, stderr } = await checkout.run('node', [program, ...TASKS])
    expect(code, stderr).toBe(0)
    inputs = JSON.parse(stdout) as typeof inputs
  }, 300_000)

  test.each([
    ['the README of the project', 'apps/foo/README.md', ['foo:pack']],
    ['a source of the project', 'apps/foo/src/app.ts', FOO],
    ['a test of the project', 'apps/foo/src/app.test.ts', [...FOO_CHECKS, 'foo:pack']],
    ['a test of a dependency', 'libs/errors/src/redact.test.ts', ['errors:test', 'nx:test']],
    [
      'a source of a dependency',
      'libs/errors/src/redact.ts',
      [...FOO, ...['toolchain', 'nx', 'errors', 'names', 'config'].map((project) => `${project}:test`)],
    ],
    ['the README of errors, which is tested', 'libs/errors/README.md', ['errors:test', 'nx:test']],
    ['the README of names, which is tested', 'libs/names/README.md', ['names:test', 'nx:test']],
    ['the README of config, which is tested', 'libs/config/README.md', ['config:test', 'nx:test']],
    ['the README of testing, which is tested', 'libs/testing/README.md', ['testing:test', 'nx:test']],
    ['the README of the toolchain', 'toolchain/README.md', ['toolchain:test', 'nx:test']],
    ['the settings of the tests', 'tools/presets/src/vitest.ts', TESTS],
    ['the settings of the linter', 'tools/presets/src/eslint.ts', ['foo:lint', 'nx:test', 'presets:test']],
    ['the build of a service', 'tools/presets/src/rolldown.ts', ['foo:build', 'foo:pack', 'nx:test', 'presets:test']],
    ['the build of a library', 'tools/presets/src/build-lib.ts', ['bar:build', 'bar:pack', 'nx:test', 'presets:test']],
    ['what a release leaves out', 'tools/presets/src/pack-service.mjs', ['foo:pack', 'nx:test', 'presets:test']],
    ['what a published library leaves out', 'tools/presets/src/pack-lib.mjs', ['bar:pack', 'nx:test', 'presets:test']],
    ['where a workspace is', 'tools/presets/src/find-workspace.ts', [...TESTS, 'foo:lint']],
    ['what makes the targets', 'tools/nx/src/targets.ts', TASKS],
    ['a package that the linter’s settings import', 'npm:@eslint/js', ['foo:lint', 'presets:test']],
    ['the toolchain', 'toolchain/toolchain.lock', TASKS],
    ['the base of every tsconfig', 'tsconfig.base.json', TASKS],
    ['the rules of the linter', 'eslint.config.js', ['foo:lint', 'nx:test', 'presets:test']],
    ['what this company is', 'mochi.json', ['nx:test', 'config:test']],
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
