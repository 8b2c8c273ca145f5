import { resolve } from 'node:path'
import { createFolder, isolatedEnvironment } from '@mochi/testing'
import { describe, expect, test } from 'vitest'
import { createTestContext } from '../testing/test-context.ts'
import { describeInputs } from './describe-inputs.ts'
import type { GraphAnswer, TargetFacts } from './graph-answer.ts'
import { runWhy } from './run.ts'

const workspace = resolve(import.meta.dirname, '../../../..')

const facts: TargetFacts = {
  ...{ project: 'foo', target: 'test', root: 'apps/foo', file: 'apps/foo/package.json', plugin: '@mochi/nx' },
  ...{ command: 'vitest run', inputs: ['source', '^source'], outputs: ['{projectRoot}/reports/test'] },
  ...{ dependsOn: ['build'], cacheable: true, continuous: false, dependents: ['bar'] },
  namedInputs: { source: ['{projectRoot}/**/*', '!{projectRoot}/**/*.md'] },
  cached: { hash: '42', exitCode: 0 },
  changes: [],
}

async function why(wanted: string, answer: GraphAnswer, json = false): Promise<string> {
  const context = createTestContext({ answer: () => ({ code: 0, stdout: JSON.stringify(answer) }) })
  await runWhy(context, { json }, wanted)
  return context.written.stdout
}

const projects = { foo: ['build', 'test'], registry: ['serve', 'test'] }

describe('mochi why', () => {
  test('tells where a target comes from and what makes it run again', async () => {
    expect((await why('foo:test', { projects, target: facts })).split('\n')).toEqual([
      'target          foo:test',
      'comes from      @mochi/nx, because of apps/foo/package.json',
      'runs            vitest run',
      'in              apps/foo',
      'waits for       build',
      'runs again for  every file of the project',
      '                source files of the projects it imports',
      '                but not **/*.md',
      'writes          apps/foo/reports/test',
      'imported by     bar',
      'last result     in the cache: success (key 42)',
      '',
      'Run it: npx nx test foo',
      '',
    ])
  })

  test('tells who changed the target since', async () => {
    const changes = [{ file: 'apps/foo/package.json', properties: ['inputs', 'options.command'] }]
    expect(await why('foo:test', { projects, target: { ...facts, changes } })).toContain(
      'changed by      apps/foo/package.json: inputs, options.command\n',
    )
  })

  test.each<[string, Partial<TargetFacts>, string]>([
    [
      'a failure that is kept',
      { cached: { hash: '7', exitCode: 1 } },
      'in the cache: failure with exit code 1 (key 7)',
    ],
    [
      'no result yet',
      { cached: { hash: '7', exitCode: undefined } },
      'not in the cache for the files as they are now (key 7)',
    ],
    ['a target that is never cached', { cacheable: false, cached: undefined }, 'never kept'],
  ])('tells of %s', async (_name, difference, words) => {
    const text = await why('foo:test', { projects, target: { ...facts, ...difference } })
    expect(text).toContain(`last result     ${words}\n`)
  })

  test('lists the targets of a project, by its short or its package name', async () => {
    expect(await why('foo', { projects })).toContain('  ./mochi why foo:build\n  ./mochi why foo:test\n')
    expect(await why('@mochi/foo', { projects })).toBe(await why('foo', { projects }))
  })

  test('gives the same as data', async () => {
    const found = JSON.parse(await why('foo:test', { projects, target: facts }, true)) as Record<string, unknown>
    expect(found).toMatchObject({ project: 'foo', plugin: '@mochi/nx', cached: { hash: '42' } })
    expect(JSON.parse(await why('foo', { projects }, true))).toEqual({ project: 'foo', targets: ['build', 'test'] })
  })

  test.each([
    ['foo:tset', './mochi why foo:test'],
    ['registr:serve', './mochi why registry:serve'],
    ['registyr', './mochi why registry'],
    ['registyr:sreve', './mochi why registry:serve'],
    ['xyzzy:test', 'npx nx show projects'],
  ])('for %s suggests %s', async (wanted, hint) => {
    await expect(why(wanted, { projects })).rejects.toMatchObject({ code: 'CLI_UNKNOWN_TARGET', hint })
  })

  test('passes on what Nx says when it cannot read the workspace', async () => {
    const context = createTestContext({ answer: () => ({ code: 1, stderr: 'two projects of one name\n' }) })
    await expect(runWhy(context, { json: false }, 'foo:test')).rejects.toMatchObject({
      code: 'CLI_COMMAND_FAILED',
      message: expect.stringContaining('two projects of one name') as string,
    })
  })
})

describe('Inputs in words', () => {
  test.each<[unknown, string]>([
    [{ externalDependencies: ['vitest', 'vite'] }, 'the installed version of vitest, vite'],
    [{ input: 'production', projects: ['presets'] }, 'production files of presets'],
    [{ input: 'production', projects: 'presets' }, 'production files of presets'],
    [{ runtime: 'node -v' }, 'the output of `node -v`'],
    [{ env: 'CI' }, 'the variable CI'],
    [{ fileset: '{projectRoot}/a' }, '{projectRoot}/a'],
    [{ dependentTasksOutputFiles: '**/*.js' }, 'what the targets it waits for wrote: **/*.js'],
    ['{workspaceRoot}/eslint.config.js', 'eslint.config.js'],
    ['{workspaceRoot}/**/*', 'every file of the workspace'],
    [{ novel: 1 }, '{"novel":1}'],
  ])('%j is %j', (input, words) => {
    expect(describeInputs([input], {})).toEqual([words])
  })

  test('tell a named input within a named input once, exceptions last', () => {
    const named = { all: ['{projectRoot}/**/*'], source: ['all', '!{projectRoot}/**/*.md', 'all'] }
    expect(describeInputs(['source', 'all'], named)).toEqual(['every file of the project', 'but not **/*.md'])
  })
})

test('In this workspace a real target is found by asking Nx itself', async () => {
  await using folder = await createFolder()
  const env = isolatedEnvironment(folder.path, {
    NX_CACHE_DIRECTORY: folder.join('cache'),
    NX_WORKSPACE_DATA_DIRECTORY: folder.join('data'),
  })
  const context = createTestContext({ root: workspace, env, columns: 200 })
  await runWhy(context, { json: false }, 'toolchain:test')
  expect(context.written.stdout).toMatch(/^ +\{?mochi\b/m)
  await runWhy(context, { json: false }, 'errors:lint')
  expect(context.written.stdout).toContain('comes from      @mochi/nx, because of libs/errors/package.json\n')
  expect(context.written.stdout).toContain('toolchain/toolchain.lock\n')
  expect(context.written.stdout).toMatch(/last result {5}not in the cache for the files as they are now \(key \d+\)/)
  await expect(runWhy(context, { json: false }, 'errors:lnit')).rejects.toMatchObject({
    hint: './mochi why errors:lint',
  })
}, 60_000)
