import { join } from 'node:path'
import { createFolder, createRandom, seedFromEnvironment, soakCount } from '@mochi/testing'
import type { Folder } from '@mochi/testing'
import { expect, test } from 'vitest'
import { runGit } from './git.fixture.ts'
import { NAIVE, PROGRAM, startServer } from './server.fixture.ts'
import { startUpstream } from './upstream.fixture.ts'
import type { Upstream } from './upstream.fixture.ts'

/** Only against hanging: each round starts two processes on a machine that may be busy. Milliseconds. */
const PATIENCE = soakCount(10) * 20_000

/** Steps of one renewal that rewrites something. */
const STEPS = 10

type Place = { readonly folder: Folder; readonly upstream: Upstream; readonly program: string }

const repositoryIn = ({ folder }: Place): string => folder.join('data', 'repositories', 'up.git')

async function heldIn(place: Place, ...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await runGit(place.folder.path, [`--git-dir=${repositoryIn(place)}`, ...args])
  return code === 0 ? stdout.trim() : `fault: ${stderr}`
}

/** Rewrites main upstream, kills the mirror at a step of its run, looks at what readers see, and lets it come to an end. */
async function killOnce(place: Place, round: number, killAt: number): Promise<string[]> {
  const { folder, upstream, program } = place
  const old = await upstream.run(['rev-parse', 'refs/heads/main'])
  await upstream.commit('main', `round ${round}`, { parent: true })
  await upstream.run(['update-ref', 'refs/heads/main', `${old}~1`])
  const tip = await upstream.commit('main', `rewritten in round ${round}`)
  const options = { data: join(folder.path, 'data'), url: upstream.url, program }
  {
    await using server = await startServer({ ...options, killAt })
    await server.client.sync().catch(() => undefined)
    server.kill('SIGKILL')
    await server.ended
  }
  const faults = await findFaults(place, old)
  await using server = await startServer(options)
  const { open } = await server.client.sync()
  if (open === 0) faults.push(`killed at ${killAt}: nobody was told of what was rewritten`)
  if ((await heldIn(place, 'rev-parse', 'refs/heads/main')) !== tip)
    faults.push(`killed at ${killAt}: it did not go on`)
  await server.client.ask('/-/mochi/mirror/ack', { method: 'POST' })
  return [...faults, ...(await findFaults(place, old))]
}

/** A repository is whole, and has what it had. */
async function findFaults(place: Place, old: string): Promise<string[]> {
  const checked = await heldIn(place, 'fsck', '--connectivity-only', '--no-dangling')
  const reachable = await heldIn(place, 'for-each-ref', `--contains=${old}`)
  return [
    ...(checked === '' ? [] : [`not whole: ${checked}`]),
    ...(/^$|^fault/.test(reachable) ? [`lost: ${old} ${reachable}`] : []),
  ]
}

async function killOften(program: string, steps: readonly number[]): Promise<string[]> {
  await using folder = await createFolder()
  await using upstream = await startUpstream()
  await upstream.commit('main', 'first')
  await upstream.commit('main', 'second')
  const place = { folder, upstream, program }
  {
    await using server = await startServer({ data: folder.join('data'), url: upstream.url, program })
    await server.client.sync()
  }
  const faults: string[] = []
  for (const [round, step] of steps.entries()) faults.push(...(await killOnce(place, round, step)))
  return faults
}

test(
  'killed at any step of a run, the mirror is whole, has lost nothing, goes on, and tells what was rewritten',
  async () => {
    const random = createRandom(seedFromEnvironment())
    const steps = Array.from({ length: soakCount(10) }, (_, index) =>
      index < STEPS ? index + 1 : random.integer(1, STEPS),
    )

    expect(await killOften(PROGRAM, steps)).toEqual([])
  },
  PATIENCE,
)

test(
  'a mirror that fetches straight into what it serves is caught',
  async () => {
    const faults = await killOften(NAIVE, [3])

    expect(faults).toContainEqual(expect.stringMatching(/^lost: /))
    expect(faults).toContainEqual(expect.stringMatching(/nobody was told/))
  },
  PATIENCE,
)

test(
  'killed in its very first run, it begins anew and nobody has seen half a repository',
  { timeout: PATIENCE },
  async () => {
    await using folder = await createFolder()
    await using upstream = await startUpstream()
    const tip = await upstream.commit('main', 'first')
    const options = { data: folder.join('data'), url: upstream.url }
    for (const killAt of [2, 3, 4, 6, 7]) {
      await using server = await startServer({ ...options, killAt })
      const before = await server.client.ask('/up.git/info/refs?service=git-upload-pack')
      expect(before.status).toBe(503)
      await server.client.sync().catch(() => undefined)
      await server.ended
    }
    await using server = await startServer(options)
    await server.client.sync()

    expect(await heldIn({ folder, upstream, program: PROGRAM }, 'rev-parse', 'main')).toBe(tip)
  },
)
