import { describe, expect, test } from 'vitest'
import { createNodes } from './plugin.ts'
import { reproducibleTargets } from './targets.ts'
import type { Targets } from './targets.ts'

/** Nothing stands at these paths: an inference that read a file would fail. */
const FILES = ['apps/foo', 'libs/bar', 'tools/baz', 'tools/nx', 'tools/presets', 'toolchain', 'docs'].map(
  (path) => `${path}/package.json`,
)

describe('the inferred targets', () => {
  test('follow from the room a project stands in, and no file is read', async () => {
    const projects = await infer(FILES)

    expect(
      Object.entries(projects).map(([folder, { targets }]) => [folder, Object.keys(targets).sort().join(' ')]),
    ).toEqual([
      ['apps/foo', 'build coverage lint pack serve test typecheck'],
      ['libs/bar', 'build coverage lint pack test typecheck'],
      ['tools/baz', 'coverage lint test typecheck'],
      ['tools/nx', 'coverage lint test typecheck'],
      ['tools/presets', 'build coverage lint pack test typecheck'],
      ['toolchain', 'coverage lint test typecheck'],
      ['docs', 'coverage lint test typecheck'],
    ])
  })

  test('belong to projects named as their folders', async () => {
    expect(Object.values(await infer(FILES)).map(({ name }) => name)).toEqual([
      'foo',
      'bar',
      'baz',
      'nx',
      'presets',
      'toolchain',
      'docs',
    ])
  })

  test('are cached, all but serve', async () => {
    for (const { targets } of Object.values(await infer(FILES))) {
      for (const [name, { cache }] of Object.entries(targets)) expect(cache ?? false).toBe(name !== 'serve')
    }
  })

  test('keep the cache of the run away from what they start, whatever else they set', async () => {
    const noRelay = { NX_SELF_HOSTED_REMOTE_CACHE_SERVER: '', NX_SELF_HOSTED_REMOTE_CACHE_ACCESS_TOKEN: '' }
    for (const { targets } of Object.values(await infer(FILES))) {
      for (const [name, { options }] of Object.entries(targets)) expect(options, name).toMatchObject({ env: noRelay })
    }
  })

  test('are reproducible where they say so', async () => {
    const projects = Object.values(await infer(FILES))
    const marked = projects.flatMap(({ targets }) => Object.keys(targets).filter((name) => targets[name]?.metadata))
    expect([[...new Set(marked)], reproducibleTargets()]).toEqual([['build'], ['build']])
  })

  test('never write where another writes, nor into a folder that another removes', async () => {
    for (const { targets } of Object.values(await infer(FILES))) {
      const outputs = Object.values(targets).flatMap((target) => target.outputs ?? [])
      expect(meetings(outputs)).toEqual([])
    }
  })

  test.each([
    ['{projectRoot}/reports', '{projectRoot}/reports/test', 1],
    ['{projectRoot}/reports/test', '{projectRoot}/reports/test', 2],
    ['{projectRoot}/reports/tests', '{projectRoot}/reports/test', 0],
    ['{projectRoot}/dist/*.tgz', '{projectRoot}/dist/main.js', 0],
    ['{projectRoot}/dist', '{projectRoot}/dist/*.tgz', 1],
  ])('would do so with %s and %s: %d', (one, other, count) => {
    expect(meetings([one, other])).toHaveLength(count)
  })
})

/** The outputs that another one is or holds. */
function meetings(outputs: readonly string[]): string[] {
  return outputs.filter((one, index) =>
    outputs.some((other, otherIndex) => index !== otherIndex && `${one}/`.startsWith(`${other}/`)),
  )
}

async function infer(files: string[]): Promise<Record<string, { name: string; targets: Targets }>> {
  const [, create] = createNodes
  const results = await create(files, undefined, { nxJsonConfiguration: {}, workspaceRoot: '/nowhere' })
  return Object.assign({}, ...results.map(([, { projects }]) => projects)) as Record<
    string,
    { name: string; targets: Targets }
  >
}
