import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { loneProjects, projectFolders, rooms } from '@mochi/names'
import { workspaceRoot } from '@mochi/testing'
import { describe, expect, test } from 'vitest'
import { createNodes } from './plugin.ts'
import { targetsByRoom } from './targets.ts'

const read = (path: string) => readFile(join(workspaceRoot, path), 'utf8')

/** Where the list of `@mochi/names` cannot be imported, or would cost every command the time of loading it. */
describe('the rooms of the workspace', () => {
  test('are those of the plugin', () => {
    expect(createNodes[0]).toBe(`${projectFolders}/package.json`)
  })

  test('have targets, each', () => {
    expect(Object.keys(targetsByRoom).sort()).toEqual([...rooms, ...loneProjects].sort())
  })

  test('are those that pnpm installs', async () => {
    const [, packages = ''] = /^packages:\n((?: {2}- .*\n)+)/m.exec(await read('pnpm-workspace.yaml')) ?? []

    expect(packages.match(/[^\s-].*/g)).toEqual([...rooms.map((room) => `${room}/*`), ...loneProjects])
  })

  test.each(['vitest.config.ts', 'tools/bench/src/graph/bench-graph.ts'])('are those of %s', async (path) => {
    expect(await read(path)).toContain(`'${projectFolders}/package.json'`)
  })
})
