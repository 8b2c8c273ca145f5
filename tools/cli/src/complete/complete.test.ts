import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createFolder, workspaceRoot } from '@mochi/testing'
import { PLATFORMS } from '@mochi/toolchain'
import { describe, expect, test } from 'vitest'
import { groups } from '../groups.ts'
import { createTestContext } from '../testing/test-context.ts'
import { runComplete } from './run.ts'

/** Words proposed after these, the last one unfinished. */
async function propose(words: string[], root = '/nowhere'): Promise<string[]> {
  return (await proposeLines(words, root)).map((line) => line.split('\t')[0] ?? '')
}

async function proposeLines(words: string[], root = '/nowhere'): Promise<string[]> {
  const context = createTestContext({ root })
  await runComplete(context, {}, ...words)
  return context.written.stdout.split('\n').slice(0, -1)
}

describe('Completion proposes', () => {
  test('every command that help shows, with its meaning, and no hidden one', async () => {
    const names = groups.flatMap(({ commands }) => Object.keys(commands))
    expect((await propose([''])).toSorted()).toEqual(names.toSorted())
    expect(await proposeLines(['doc'])).toEqual([
      'doctor\tSay what is missing on this machine, and the command that mends it',
    ])
  })

  test('what stands behind a command', async () => {
    expect(await propose(['toolchain', 'p'])).toEqual(['prune', 'profile'])
    expect(await propose(['toolchain', 'profile', ''])).toEqual(['add', 'remove'])
  })

  test('flags once a dash is typed, and not those that are there already', async () => {
    expect(await propose(['toolchain', 'lock', '--dry-run', '--'])).toEqual(['--update', '--json'])
    expect(await propose(['toolchain', 'lock', ''])).toEqual([])
  })

  test('the platforms of the toolchain', async () => {
    expect(await propose(['toolchain', 'bundle', '--platform', ''])).toEqual([...PLATFORMS])
    expect(await propose(['toolchain', 'bundle', '--platform', 'dar'])).toEqual(['darwin-x64', 'darwin-arm64'])
  })

  test('generations that are installed', async () => {
    await using folder = await createFolder({
      'p/env/0123456789abcdef/bin/node': '',
      'p/env/fedcba9876543210/bin/node': '',
    })
    const context = createTestContext({ env: { MOCHI_PREFIX: folder.join('p') } })
    await runComplete(context, {}, 'toolchain', 'rollback', 'f')
    expect(context.written.stdout).toMatch(/^fedcba9876543210\t.*\n$/)
  })

  test('shells', async () => {
    expect(await propose(['completion', ''])).toEqual(['bash', 'zsh', 'fish'])
    expect(await propose(['toolchain', 'profile', 'add', '--shell', 'z'])).toEqual(['zsh'])
  })

  test('projects by their folders, then their targets by the last graph of Nx', async () => {
    const graph = { nodes: { foo: { data: { targets: { test: {}, build: {} } } } } }
    await using folder = await createFolder({
      'apps/foo/package.json': '{}',
      'libs/bar/package.json': '{}',
      'toolchain/package.json': '{}',
      '.nx/workspace-data/project-graph.json': JSON.stringify(graph),
    })
    expect(await propose(['why', ''], folder.path)).toEqual(['foo:', 'bar:', 'toolchain:'])
    expect(await propose(['why', 'f'], folder.path)).toEqual(['foo:'])
    expect(await propose(['why', 'foo:'], folder.path)).toEqual(['foo:build', 'foo:test'])
    expect(await propose(['why', 'foo:t'], folder.path)).toEqual(['foo:test'])
    expect(await propose(['why', 'bar:'], folder.path)).toEqual([])
  })

  test('the targets of a room where Nx has not run yet, or does not know the project', async () => {
    const plugin = await readFile(join(workspaceRoot, 'tools/nx/src/targets.ts'), 'utf8')
    const files = { 'apps/foo/package.json': '{}', 'libs/bar/package.json': '{}', 'tools/nx/src/targets.ts': plugin }
    await using folder = await createFolder(files)
    expect(await propose(['why', 'foo:s'], folder.path)).toEqual(['foo:serve'])
    expect(await propose(['why', 'bar:'], folder.path)).toEqual(expect.arrayContaining(['bar:build', 'bar:test']))
    expect(await propose(['why', 'baz:'], folder.path)).toEqual([])
    await folder.write({ '.nx/workspace-data/project-graph.json': '{"nodes": {' })
    expect(await propose(['why', 'foo:s'], folder.path)).toEqual(['foo:serve'])
  })

  test('no target where neither its graph nor the plugin can be read', async () => {
    await using folder = await createFolder({ '.nx/workspace-data/project-graph.json': '{"nodes": {' })
    expect(await propose(['why', 'foo:'], folder.path)).toEqual([])
  })

  test('error codes', async () => {
    await using folder = await createFolder({
      'libs/a/src/errors.ts': `export const errors = { definitions: { A_ONE: {}, B_ONE: {} } }`,
    })
    expect(await propose(['explain', 'A_'], folder.path)).toEqual(['A_ONE'])
    expect(await propose(['explain', ''], folder.path)).toEqual(['A_ONE', 'B_ONE'])
  })

  test('nothing after words that are no command, and nothing where it cannot know', async () => {
    expect(await propose(['nonsense', ''])).toEqual([])
    expect(await propose(['exec', '--', 'np'])).toEqual([])
    expect(await propose(['explain', ''], '/nowhere')).toEqual([])
  })
})
