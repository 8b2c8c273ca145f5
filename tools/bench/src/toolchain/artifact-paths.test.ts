import { readLock } from '@mochi/toolchain'
import { workspaceRoot } from '@mochi/testing'
import { expect, test } from 'vitest'
import { npmArtifacts, pathOfArtifact } from './artifact-paths.ts'

test('a package is where a registry serves it, with and without a scope', () => {
  expect(pathOfArtifact('npm:npm@12.2.0')).toBe('/npm/-/npm-12.2.0.tgz')
  expect(pathOfArtifact('npm:@pnpm/exe.linux-x64@12.4.2')).toBe('/@pnpm/exe.linux-x64/-/exe.linux-x64-12.4.2.tgz')
  expect(() => pathOfArtifact('node-site:v26.10.0/node.tar.gz')).toThrow('not a package')
})

test("of this workspace's lock each tool has one artefact of one platform", async () => {
  const lock = await readLock(`${workspaceRoot}/toolchain/toolchain.lock`)
  const tools = npmArtifacts(lock, 'linux-x64').map(({ tool }) => tool)
  expect(tools).toEqual([...new Set(lock.artifacts.map(({ tool }) => tool))])
})
