import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { isAlive, listenOnFreePort } from '@mochi/testing'
import { describe, expect, test } from 'vitest'
import { fakeGit } from '../git/git.fixture.ts'
import { serveGit } from './backend.ts'

const HEAD = "printf 'Status: 200 OK\\r\\nContent-Type: text/plain\\r\\n\\r\\n'"

/** A server that answers by a program in place of git. */
async function start(script: string, { deadline = 60_000, stall = 60_000 } = {}) {
  const fake = await fakeGit(script)
  const stopping = new AbortController()
  const faults: string[] = []
  const server = createServer((request, response) => {
    const served = { git: fake.git, root: fake.path, path: '/up.git/info/refs', headers: { age: '5' } }
    serveGit(request, response, { ...served, deadline, stall, signal: stopping.signal }).catch((error: unknown) => {
      faults.push((error as Error).message)
      response.writeHead(500).end()
    })
  })
  const { url, [Symbol.asyncDispose]: close } = await listenOnFreePort(server)
  /** Of the program, and of what it has started. */
  const pids = async (): Promise<number[]> => (await readFile(fake.join('pids'), 'utf8')).trim().split('\n').map(Number)
  return {
    url,
    stopping,
    faults,
    alive: async () => (await pids()).filter(isAlive),
    [Symbol.asyncDispose]: async () => {
      stopping.abort()
      await close()
      await fake[Symbol.asyncDispose]()
    },
  }
}

const ENDLESS = `sleep 600 & echo $$ > "$HOME/pids"; echo $! >> "$HOME/pids"; ${HEAD}; echo begun; wait`

describe('git ends with all it has started', () => {
  test('when the client leaves', async () => {
    await using rig = await start(ENDLESS)
    const answer = await fetch(rig.url)
    expect(await rig.alive()).toHaveLength(2)
    await answer.body?.cancel()

    await expect.poll(rig.alive, { timeout: 20_000 }).toEqual([])
  })

  test('when the service stops', async () => {
    await using rig = await start(ENDLESS)
    await fetch(rig.url)
    rig.stopping.abort()

    await expect.poll(rig.alive, { timeout: 20_000 }).toEqual([])
  })

  test.each([
    ['when nothing moves for too long', { stall: 200 }],
    ['after its deadline', { deadline: 200, stall: 300 }],
  ])('%s', async (_when, limits) => {
    await using rig = await start(ENDLESS, limits)
    const answer = await fetch(rig.url)

    await expect(answer.text()).rejects.toThrow()
    await expect.poll(rig.alive, { timeout: 20_000 }).toEqual([])
  })
})

test('an answer has the headers of git and ours', async () => {
  await using rig = await start(`${HEAD}; echo body`)
  const answer = await fetch(rig.url)

  expect([answer.status, answer.headers.get('age'), answer.headers.get('content-type')]).toEqual([
    200,
    '5',
    'text/plain',
  ])
  expect(await answer.text()).toBe('body\n')
})

test('a status of git is the status of the answer', async () => {
  await using rig = await start("printf 'Status: 404 Not Found\\r\\n\\r\\n'")

  expect((await fetch(rig.url)).status).toBe(404)
})

test.each([
  ['that ends without a head', 'echo "fatal: broken" >&2'],
  ['whose head never ends', 'yes x'],
])('a program %s is a fault, and no half answer', async (_what, script) => {
  await using rig = await start(script)

  expect((await fetch(rig.url)).status).toBe(500)
  expect(rig.faults).toEqual([expect.stringMatching(/^git http-backend:/)])
})

test('a body that is too large ends it', async () => {
  await using rig = await start(`cat > /dev/null; ${HEAD}`)
  const body = Buffer.alloc(17 * 1_048_576)

  expect((await fetch(rig.url, { method: 'POST', body })).status).toBe(500)
})
