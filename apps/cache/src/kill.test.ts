import { createHash } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { createRandom, seedFromEnvironment, soakCount } from '@mochi/testing'
import { expect, test } from 'vitest'
import { archiveOf, largeArchive } from './cache.fixture.ts'
import { createPlace, startServer } from './server.fixture.ts'
import type { Place } from './server.fixture.ts'

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
async function writeUntilKilled(place: Place, round: number, after: number): Promise<Map<string, Buffer>> {
  await using server = await startServer(place)
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

test(
  'killed at any moment, what was answered is there, and everything visible has exactly its bytes',
  async () => {
    await using place = await createPlace()
    const random = createRandom(seedFromEnvironment())
    const written = new Map<string, Buffer>()
    for (let round = 0; round < soakCount(10); round += 1)
      for (const [hash, body] of await writeUntilKilled(place, round, random.integer(0, EACH - 5)))
        written.set(hash, body)

    await using server = await startServer(place)
    for (const [hash, body] of written) expect((await server.client.get(hash)).body.equals(body)).toBe(true)
    const known = await server.client.ask('GET', '/v1/status', { as: 'admin' })
    const [main] = known.json()['scopes'] as { entries: number }[]
    expect(main?.entries ?? 0).toBeGreaterThanOrEqual(written.size)
    await expectWhole(server.client.get, soakCount(10))
    server.kill('SIGTERM')
    await server.ended

    expect(await filesBelow(`${place.data}/drafts`)).toEqual([])
    const bodies = await filesBelow(`${place.data}/bodies`)
    expect(bodies.length).toBeLessThanOrEqual(main?.entries ?? 0)
  },
  PATIENCE,
)

/** Also what nobody was told of: an entry whose answer was cut by the kill. */
async function expectWhole(
  get: (hash: string) => Promise<{ status: number; body: Buffer; headers: Headers }>,
  rounds: number,
) {
  for (let round = 0; round < rounds; round += 1) {
    for (let index = 0; index < EACH; index += 1) {
      const { status, body, headers } = await get(String(round * 1_000 + index))
      if (status === 404) continue
      const digest = createHash('sha256').update(body).digest('base64')
      expect([status, headers.get('content-digest')]).toEqual([200, `sha-256=:${digest}:`])
    }
  }
}
