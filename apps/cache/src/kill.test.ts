import { createHash } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { createRandom, seedFromEnvironment, soakCount } from '@mochi/testing'
import { expect, test } from 'vitest'
import { archiveOf, largeArchive } from './cache.fixture.ts'
import { createPlace, startServer } from './server.fixture.ts'

/** Only against hanging: each round starts a process on a machine that may be busy. Milliseconds. */
const PATIENCE = soakCount(10) * 20_000

/** Writes of one round. */
const EACH = 30

/** All files below a folder, bodies and drafts. */
async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries.filter((entry) => entry.isFile()).map(({ name }) => name)
}

/** Writes until the server is killed, and says what was answered with 200 before that. */
async function writeUntilKilled(
  start: () => ReturnType<typeof startServer>,
  round: number,
  after: number,
): Promise<Map<string, Buffer>> {
  await using server = await start()
  const bodies = new Map<string, Buffer>()
  for (let index = 0; index < EACH; index += 1)
    bodies.set(
      String(round * 1_000 + index),
      index % 3 === 0 ? largeArchive(300_000, index + 1) : archiveOf(`${round} ${index}`),
    )
  const answered = new Map<string, Buffer>()
  const write = async (hash: string, body: Buffer): Promise<void> => {
    const answer = await server.client.put(hash, 'main', body).catch(() => undefined)
    if (answer?.status === 200) answered.set(hash, body)
    // Killed at a count of answers: while others are at every point of their way.
    if (answered.size >= after) server.kill('SIGKILL')
  }
  await Promise.all([...bodies].map(([hash, body]) => write(hash, body)))
  server.kill('SIGKILL')
  await server.ended
  return answered
}

/** Kills a server again and again, and says what of its entries is not there, or not whole, afterwards. */
async function findFaults(start: () => ReturnType<typeof startServer>): Promise<{ faults: string[]; entries: number }> {
  const random = createRandom(seedFromEnvironment())
  const written = new Map<string, Buffer>()
  for (let round = 0; round < soakCount(10); round += 1)
    for (const [hash, body] of await writeUntilKilled(start, round, random.integer(0, EACH - 5)))
      written.set(hash, body)

  await using server = await start()
  const { get, ask } = server.client
  const faults: string[] = []
  for (const [hash, body] of written)
    if (!(await get(hash)).body.equals(body)) faults.push(`${hash} was answered and is lost`)
  for (const hash of await findBroken(get, soakCount(10))) faults.push(`${hash} is visible and not whole`)
  const [main] = (await ask('GET', '/v1/status')).json()['scopes'] as { entries: number }[]
  const entries = main?.entries ?? 0
  if (entries < written.size) faults.push(`${written.size} were answered, and ${entries} are known`)
  server.kill('SIGTERM')
  await server.ended
  return { faults, entries }
}

/** Also of what nobody was told of: an entry whose answer was cut by the kill. */
async function findBroken(
  get: (hash: string) => Promise<{ status: number; body: Buffer; headers: Headers }>,
  rounds: number,
): Promise<string[]> {
  const broken: string[] = []
  for (let round = 0; round < rounds; round += 1) {
    for (let index = 0; index < EACH; index += 1) {
      const hash = String(round * 1_000 + index)
      const { status, body, headers } = await get(hash)
      const digest = createHash('sha256').update(body).digest('base64')
      const isWhole = status === 200 && headers.get('content-digest') === `sha-256=:${digest}:`
      if (status !== 404 && !isWhole) broken.push(hash)
    }
  }
  return broken
}

test(
  'killed at any moment, what was answered is there, and everything visible has exactly its bytes',
  async () => {
    await using place = await createPlace()
    const { faults, entries } = await findFaults(() => startServer(place))

    expect(faults).toEqual([])
    expect(await filesBelow(`${place.data}/drafts`)).toEqual([])
    expect((await filesBelow(`${place.data}/bodies`)).length).toBeLessThanOrEqual(entries)
  },
  PATIENCE,
)

test(
  'a cache that makes an entry visible before its bytes are there is caught',
  async () => {
    await using place = await createPlace()
    const program = join(import.meta.dirname, 'naive-program.fixture.ts')
    const { faults } = await findFaults(() => startServer(place, { program }))

    expect(faults).toContainEqual(expect.stringMatching(/ is visible and not whole$/))
  },
  PATIENCE,
)
