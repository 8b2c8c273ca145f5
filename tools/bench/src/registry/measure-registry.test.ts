import { readFile } from 'node:fs/promises'
import { createFolder, isolatedEnvironment, requireCommand, runProcess, workspaceRoot } from '@mochi/testing'
import { expect, test } from 'vitest'
import { ask } from './ask.ts'
import { measureRegistry } from './measure-registry.ts'
import type { Setup } from './site.ts'
import { startLocalUpstream } from './start-upstream.ts'
import type { WrkOptions } from './wrk-load.ts'

const SIZES = {
  ...{ pairs: 1, seconds: 1, slowSeconds: 1, ratedSeconds: 1 },
  ...{ tarball: 1000, few: 1, many: 3 },
  ...{ installs: 2, rounds: 1, patience: 20_000 },
  ...{ packages: 3, starts: 1 },
}

/** One client, who asks for everything once. */
async function loadOnce({ url, headers, numbered }: WrkOptions) {
  const { count, suffix } = numbered ?? { count: 1, suffix: '' }
  const start = performance.now()
  for (let number = 1; number <= count; number++)
    await ask(numbered === undefined ? url : `${url}${number}${suffix}`, headers)
  const ms = performance.now() - start
  return { requests: count, ms, clients: 1, p99: ms }
}

test.runIf(requireCommand('nginx'))(
  'every row is measured against servers that really serve',
  { timeout: 120_000 },
  async () => {
    await using home = await createFolder()
    const env = isolatedEnvironment(home.path)
    await using upstream = await startLocalUpstream(env)
    const bytes = await pack('{"name":"made","version":"1.0.0"}')
    await upstream.add({ name: 'made', versions: [{ version: '1.0.0', bytes, path: '/made/-/made-1.0.0.tgz' }] })
    const setup: Setup = {
      root: workspaceRoot,
      env,
      generation: home.join('env/generation'),
      program: 'src/main.ts',
      sizes: SIZES,
      dependencies: ['made'],
      load: loadOnce,
      ratedLoad: async (options) => ({ rate: options.rate, p99: (await loadOnce(options)).p99 }),
    }
    const said: string[] = []
    const results = await measureRegistry(setup, upstream, { say: (line) => said.push(line) })

    expect(results.map(({ what }) => what)).toEqual([
      'warm packument of made',
      'warm packument, 99 of 100 answers, while somebody publishes',
      'warm packument, 99 of 100 answers, clients that never wait, while somebody publishes',
      'tarball of 1 kB, a few, beside nginx',
      'tarball of 1 kB, a few, beside Verdaccio',
      'tarball of 1 kB, many, their files in the page cache, beside nginx',
      'tarball of 1 kB, many, their files in the page cache, beside Verdaccio',
      '2 cold installs at once',
      '2 cold installs at once, processor time of the server for one',
      'first packument after a start, 3 packages',
    ])
    const isKnown = process.platform === 'linux'
    for (const { what, pairs, goal } of results) {
      expect(goal === undefined).toBe(what.includes('never wait'))
      if (isKnown || !what.includes('processor')) {
        expect(pairs.every(({ ours, other }) => ours > 0 && other > 0)).toBe(true)
      }
    }
    expect(said).toContain('measuring starts')
  },
)

/** A tarball that can be installed. */
async function pack(manifest: string): Promise<Buffer> {
  await using folder = await createFolder({ 'package/package.json': manifest })
  expect(await runProcess('tar', ['-czf', 'made.tgz', 'package'], { cwd: folder.path })).toMatchObject({ code: 0 })
  return await readFile(folder.join('made.tgz'))
}
