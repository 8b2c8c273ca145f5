import { readFile, symlink } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { createFolder, isolatedEnvironment, runProcess } from '@mochi/testing'
import { expect, test } from 'vitest'
import { startCache } from './cache.fixture.ts'
import type { TestCache } from './cache.fixture.ts'

const WORKSPACE = resolve(import.meta.dirname, '../../..')

const build = {
  command: 'mkdir -p pkg/dist && cat pkg/source >pkg/dist/out && ln -sf out pkg/dist/link',
  cache: true,
  inputs: ['{projectRoot}/source'],
  outputs: ['{projectRoot}/dist'],
}

/** A clone of one small workspace, with caches of its own: what it has from others it has through the server. */
async function createClone() {
  const folder = await createFolder({
    'clone/package.json': '{ "name": "workspace", "private": true }',
    'clone/nx.json': '{ "analytics": false, "neverConnectToCloud": true }',
    'clone/pkg/project.json': JSON.stringify({ name: 'pkg', targets: { build } }),
    'clone/pkg/source': 'what is built\n',
  })
  await symlink(join(WORKSPACE, 'node_modules'), folder.join('clone/node_modules'))
  const env = isolatedEnvironment(folder.join('home'), {
    ...{ CI: 'true', NX_DAEMON: 'false', NX_CACHE_DIRECTORY: folder.join('cache') },
    NX_WORKSPACE_DATA_DIRECTORY: folder.join('data'),
  })
  const run = async (cache: TestCache, as: string) => {
    const remote = {
      NX_SELF_HOSTED_REMOTE_CACHE_SERVER: cache.url,
      NX_SELF_HOSTED_REMOTE_CACHE_ACCESS_TOKEN: await cache.tokens[as as 'main'],
    }
    const args = ['run-many', '-t', 'build', '--outputStyle=static']
    const { code, stdout, stderr } = await runProcess(join(WORKSPACE, 'node_modules/.bin/nx'), args, {
      cwd: folder.join('clone'),
      env: { ...env, ...remote },
    })
    return { code, isShared: stdout.includes('[remote cache]'), output: `${stdout}${stderr}` }
  }
  return Object.assign(folder, { run, built: () => readFile(folder.join('clone/pkg/dist/link'), 'utf8') })
}

test('two clones and three tokens: what main built is shared, what a branch built is its own', async () => {
  await using cache = await startCache()
  const build = async (as: string) => {
    await using clone = await createClone()
    const outcome = await clone.run(cache, as)
    expect(outcome).toMatchObject({ code: 0 })
    expect(await clone.built()).toBe('what is built\n')
    return outcome.isShared
  }

  expect(await build('a')).toBe(false)
  expect(await build('a')).toBe(true)
  expect(await build('b')).toBe(false)
  expect(await build('reader')).toBe(false)
  expect(await build('main')).toBe(false)
  expect(await build('reader')).toBe(true)
  expect(await build('main')).toBe(true)
})
