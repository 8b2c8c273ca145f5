import { openDraft } from '@mochi/files'
import type { OpenDraft } from '@mochi/files'
import { chmod, mkdir, open, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import type { ClientRequest, IncomingMessage } from 'node:http'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { createFolder, onSmallDisk, requireSmallDisk } from '@mochi/testing'
import { describe, expect, test } from 'vitest'
import { archiveOf, largeArchive, startCache } from './cache.fixture.ts'
import type { TestCache } from './cache.fixture.ts'
import { createPlace, startServer } from './server.fixture.ts'

/** Waits for a state; only against hanging has it an end. */
const waitFor = <T>(look: () => Promise<T>) => expect.poll(look, { timeout: 50_000 })

/** The files of all bodies. */
async function bodiesOf(data: string): Promise<string[]> {
  const entries = await readdir(join(data, 'bodies'), { recursive: true, withFileTypes: true })
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
}

const draftsOf = (data: string) => readdir(join(data, 'drafts'))

const scopesOf = async (cache: TestCache) =>
  (await cache.ask('GET', '/v1/status', { as: 'admin' })).json()['scopes'] as { scope: string; entries: number }[]

/** An answer whose body nobody reads until somebody does. */
async function ask(cache: TestCache, hash: string): Promise<IncomingMessage> {
  const headers = { authorization: `Bearer ${await cache.tokens.main}` }
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>()
  request(`${cache.url}/v1/cache/${hash}`, { headers }, resolve).once('error', reject).end()
  return promise
}

/** An upload that the cache waits for, and of which nothing but a first byte comes. */
async function upload(
  cache: TestCache,
  { hash, as, length }: { hash: string; as: 'a' | 'b' | 'main'; length: number },
): Promise<Disposable & { readonly asking: ClientRequest }> {
  const headers = { authorization: `Bearer ${await cache.tokens[as]}`, 'content-length': length }
  const asking = request(`${cache.url}/v1/cache/${hash}`, { method: 'PUT', headers })
  asking.on('error', () => undefined)
  const drafts = (await draftsOf(cache.data)).length
  asking.write('x')
  await waitFor(() => draftsOf(cache.data)).toHaveLength(drafts + 1)
  return { asking, [Symbol.dispose]: () => asking.destroy() }
}

async function readAll(response: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of response) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

describe('when room is needed', () => {
  const large = (seed: number) => largeArchive(3_000_000, seed)
  /** Larger than what the system takes for a client that does not read. */
  const huge = (seed: number) => largeArchive(24_000_000, seed)
  const room = (entries: number, body = large(1)) => ({
    environment: { CACHE_BUDGET: String(Math.ceil(body.length * entries * 1.01 * 2)), CACHE_BRANCH_SHARE: '0.5' },
  })

  test('what was read least recently goes, and it is remembered', async () => {
    const clock = { now: Date.now() }
    await using cache = await startCache({ ...room(2), now: () => (clock.now += 1_000) })
    for (const seed of [1, 2]) await cache.put(String(seed), 'main', large(seed))
    await cache.get('1')
    expect((await cache.put('3', 'main', large(3))).status).toBe(200)
    const found = await Promise.all(['1', '2', '3'].map((hash) => cache.get(hash)))
    const why = await cache.ask('GET', '/v1/entries/2')

    expect(found.map(({ status }) => status)).toEqual([200, 404, 200])
    expect(why.json()['detail']).toMatch(/^It was evicted from main at .*: to make room\.$/)
    expect(await bodiesOf(cache.data)).toHaveLength(2)
    expect((await cache.ask('GET', '/v1/status')).json()).toMatchObject({
      evictions: 1,
      budget: { main: { entries: 2 } },
    })
  })

  test('what is being read stays whole, and something else goes', async () => {
    const clock = { now: Date.now() }
    await using cache = await startCache({ ...room(2, huge(1)), now: () => (clock.now += 1_000) })
    for (const seed of [1, 2]) await cache.put(String(seed), 'main', huge(seed))
    const slow = await ask(cache, '1')
    // Read again by somebody else, so that the slow reader's would be the first to go.
    await cache.get('2')
    await cache.put('3', 'main', huge(3))
    const found = await Promise.all(['1', '2', '3'].map((hash) => cache.get(hash)))

    expect((await readAll(slow)).equals(huge(1))).toBe(true)
    expect(found.map(({ status }) => status)).toEqual([200, 404, 200])
  })

  test('and all that is there is being read, the writer is told so', async () => {
    await using cache = await startCache(room(1, huge(1)))
    await cache.put('1', 'main', huge(1))
    const slow = await ask(cache, '1')
    const refused = await cache.put('2', 'main', huge(2))

    expect([refused.status, refused.json()['code']]).toEqual([507, 'CACHE_NO_ROOM'])
    expect((await readAll(slow)).equals(huge(1))).toBe(true)
    await waitFor(async () => (await cache.put('2', 'main', huge(2))).status).toBe(200)
  })

  test('branches make room among themselves: nothing of main goes for them, and nothing of theirs for main', async () => {
    const clock = { now: Date.now() }
    await using cache = await startCache({ ...room(2), now: () => (clock.now += 1_000) })
    for (const hash of ['1', '2']) await cache.put(hash, 'main', large(Number(hash)))
    for (const [hash, as] of [
      ['3', 'a'],
      ['4', 'b'],
      ['5', 'a'],
    ] as const)
      expect((await cache.put(hash, as, large(Number(hash)))).status).toBe(200)
    const others = await Promise.all([cache.get('3', 'a'), cache.get('4', 'b'), cache.get('5', 'a')])
    expect(others.map(({ status }) => status)).toEqual([404, 200, 200])
    // Of two at once, either may be read last.
    for (const hash of ['1', '2']) expect((await cache.get(hash)).status).toBe(200)
    await cache.put('6', 'main', large(6))
    const left = await Promise.all([cache.get('1'), cache.get('4', 'b'), cache.get('5', 'a')])
    expect(left.map(({ status }) => status)).toEqual([404, 200, 200])
  })

  test('nothing goes for an upload that is refused, or that does not come', async () => {
    await using cache = await startCache(room(2))
    for (const hash of ['1', '2']) await cache.put(hash, 'a', large(Number(hash)))
    const refused = await cache.put('3', 'b', Buffer.alloc(large(1).length))
    using _waiting = await upload(cache, { hash: '4', as: 'b', length: large(1).length })

    expect(refused.status).toBe(422)
    expect((await cache.get('1', 'a')).status).toBe(200)
    expect((await cache.ask('GET', '/v1/status')).json()).toMatchObject({ evictions: 0 })
  })

  test('one branch cannot keep others from writing by uploads that do not come', async () => {
    await using cache = await startCache(room(2))
    const wish = { as: 'a', length: large(1).length } as const
    using _first = await upload(cache, { ...wish, hash: '1' })

    expect((await cache.put('2', 'a', large(2))).status).toBe(507)
    expect((await cache.put('2', 'b', large(2))).status).toBe(200)
  })

  test('an entry that is larger than all the room is refused before it comes', async () => {
    await using cache = await startCache({ environment: { CACHE_BUDGET: '1MB' } })

    expect((await cache.put('1', 'main', large(1))).status).toBe(507)
    expect(await draftsOf(cache.data)).toEqual([])
  })
})

describe('a disk that is full', () => {
  test('refuses the writer, breaks nothing, and is used again when there is room', async () => {
    const disk = { isFull: false }
    const filling: OpenDraft = async (path) => {
      const file = await openDraft(path)
      const write = (bytes: Uint8Array) =>
        disk.isFull ? Promise.reject(Object.assign(new Error('no space'), { code: 'ENOSPC' })) : file.write(bytes)
      return { ...file, write }
    }
    await using cache = await startCache({ openDraft: filling })
    await cache.put('1')
    disk.isFull = true
    const refused = await cache.put('2', 'main', largeArchive(500_000))

    expect([refused.status, refused.json()['code']]).toEqual([507, 'CACHE_NO_ROOM'])
    expect((await cache.get('1')).body).toEqual(archiveOf('1'))
    expect(await draftsOf(cache.data)).toEqual([])
    disk.isFull = false
    expect((await cache.put('2', 'main', largeArchive(500_000))).status).toBe(200)
  })

  test.runIf(requireSmallDisk())('is survived by the real program', async () => {
    await using place = await createPlace()
    await mkdir(join(place.path, 'disk'))
    const data = join(place.path, 'disk/data')
    const wrap = (command: [string, ...string[]]) =>
      onSmallDisk({ folder: join(place.path, 'disk'), size: '6m' }, command)
    await using server = await startServer({ ...place, data }, { wrap })
    const statuses: number[] = []
    for (let seed = 1; seed <= 12; seed += 1)
      statuses.push((await server.client.put(String(seed), 'main', largeArchive(1_000_000, seed))).status)

    expect(new Set(statuses)).toEqual(new Set([200, 507]))
    const read = await Promise.all(statuses.map((_, index) => server.client.get(String(index + 1))))
    expect(read.map(({ status }) => status)).toEqual(statuses.map((status) => (status === 200 ? 200 : 404)))
    const purged = await server.client.post('/v1/purge', { scope: 'main' }, 'admin')
    expect(purged.status).toBe(200)
    await waitFor(async () => (await server.client.put('99', 'main', largeArchive(1_000_000, 99))).status).toBe(200)
  })
})

test('a client that stops half-way leaves nothing behind', async () => {
  await using cache = await startCache()
  const body = largeArchive(1_000_000)
  const half = await upload(cache, { hash: '1', as: 'main', length: body.length })
  half.asking.destroy()

  await waitFor(() => draftsOf(cache.data)).toEqual([])
  expect((await cache.get('1')).status).toBe(404)
  expect((await cache.put('1', 'main', body)).status).toBe(200)
})

test('a client that sends a byte now and then is cut', async () => {
  const clock = { now: Date.now() }
  await using cache = await startCache({ now: () => (clock.now += 10_000) })
  using slow = await upload(cache, { hash: '1', as: 'main', length: 1_000_000 })
  const cut = Promise.withResolvers<unknown>()
  slow.asking.on('close', cut.resolve)
  const dripping = setInterval(() => slow.asking.write('x'), 5)
  await cut.promise.finally(() => clearInterval(dripping))

  await waitFor(() => draftsOf(cache.data)).toEqual([])
})

describe('what was damaged is a miss, is said, and can be written again', () => {
  const damages: readonly (readonly [string, (file: string) => Promise<unknown>])[] = [
    ['a body that is not there', (file) => rm(file)],
    ['a body that was cut', (file) => truncate(file, 10)],
    ['a body with another byte', (file) => changeByte(file)],
  ]

  test.each(damages)('%s', async (_what, damage) => {
    await using cache = await startCache()
    await cache.put('1')
    const [file = ''] = await bodiesOf(cache.data)
    await damage(file)
    const missed = await cache.get('1')
    const why = await cache.ask('GET', '/v1/entries/1')

    expect([missed.status, missed.json()['code']]).toEqual([404, 'CACHE_MISS'])
    expect(why.json()['detail']).toMatch(/^It was damaged from main/)
    expect((await cache.put('1')).status).toBe(200)
    expect((await cache.get('1')).body).toEqual(archiveOf('1'))
  })

  test('a large body that was cut', async () => {
    await using cache = await startCache()
    await cache.put('1', 'main', largeArchive(3_000_000))
    const [file = ''] = await bodiesOf(cache.data)
    await truncate(file, 1_000_000)

    expect((await cache.get('1')).status).toBe(404)
    expect((await cache.put('1', 'main', largeArchive(3_000_000))).status).toBe(200)
  })

  test('a database that is none', async () => {
    await using first = await startCache()
    await first.put('1')
    await first.stop()
    await writeFile(join(first.data, 'cache.sqlite'), 'this is no database, and it never was one')
    await rm(join(first.data, 'cache.sqlite-wal'), { force: true })
    await using second = await startCache({ folder: first.data })

    expect((await second.get('1')).status).toBe(404)
    expect((await second.put('1')).status).toBe(200)
    expect(await asideOf(first.data)).toHaveLength(1)
  })

  test('a database that is damaged again and again, of which the last copy is kept', async () => {
    await using folder = await createFolder({})
    for (const time of ['first', 'second', 'third']) {
      await using cache = await startCache({ folder: folder.path })
      await cache.stop()
      await writeFile(folder.join('cache.sqlite'), `this is no database, for the ${time} time`)
    }
    await using _last = await startCache({ folder: folder.path })
    const [aside = '', ...more] = await asideOf(folder.path)

    expect(more).toEqual([])
    expect(await readFile(folder.join(aside), 'utf8')).toContain('third')
  })

  test('a database that is damaged while it is in use: its bodies go, so that the disk has room for others', async () => {
    await using cache = await startCache()
    for (let index = 0; index < 100; index += 1) await cache.put(String(index))
    await damageInUse(join(cache.data, 'cache.sqlite'))

    expect((await cache.get('1')).status).toBe(404)
    await waitFor(() => bodiesOf(cache.data)).toEqual([])
    expect((await cache.put('1')).status).toBe(200)
    expect((await cache.get('1')).body).toEqual(archiveOf('1'))
  })

  test('a database with other bytes in its middle', async () => {
    await using first = await startCache()
    for (let index = 0; index < 200; index += 1) await first.put(String(index))
    await first.stop()
    await damage(join(first.data, 'cache.sqlite'))
    await using second = await startCache({ folder: first.data })

    expect((await second.put('1')).status).toBe(200)
    expect((await second.get('1')).body).toEqual(archiveOf('1'))
    // Bodies that nothing knows of any more go with the sweep.
    await waitFor(() => bodiesOf(first.data)).toHaveLength(1)
  })
})

const asideOf = async (data: string) => (await readdir(data)).filter((name) => /\.damaged-\d+$/.test(name))

async function damage(database: string): Promise<void> {
  await using handle = await open(database, 'r+')
  const { size } = await handle.stat()
  for (let at = 4_096; at < size; at += 4_096) await handle.write(Buffer.alloc(64, 0xff), 0, 64, at)
}

/** What other connections know is behind that of this one, so that they read what is damaged. */
async function damageInUse(database: string): Promise<void> {
  const other = new DatabaseSync(database)
  other.exec("insert or replace into counts values ('seen', 1)")
  other.exec('pragma wal_checkpoint(truncate)')
  await damage(database)
  other.close()
}

async function changeByte(file: string): Promise<void> {
  await using handle = await open(file, 'r+')
  await handle.write(Buffer.from([0xff]), 0, 1, 30)
}

describe('a start', () => {
  test('sweeps what killed processes have left, and no draft of one that is alive', async () => {
    await using first = await startCache()
    await first.put('1')
    await first.stop()
    const orphan = join(first.data, 'bodies/branch/ab', 'ab'.repeat(32))
    await writeFile(orphan, 'x')
    await writeFile(join(first.data, 'drafts', `${process.ppid}-alive`), 'x')
    await writeFile(join(first.data, 'drafts', '999999999-dead'), 'x')
    await using second = await startCache({ folder: first.data })
    await waitFor(() => bodiesOf(first.data)).not.toContain(orphan)

    expect(await draftsOf(first.data)).toEqual([`${process.ppid}-alive`])
    expect((await second.get('1')).status).toBe(200)
  })

  test('beside another process over the same data loses nothing of either', async () => {
    await using first = await startCache()
    await using second = await startCache({ folder: first.data })
    const writes = Array.from({ length: 40 }, (_, index) => (index % 2 === 0 ? first : second).put(String(index)))
    const same = [first, second].map((cache) => cache.put('100', 'main', archiveOf(cache.url)))
    const answers = await Promise.all([...writes, ...same])

    expect(answers.map(({ status }) => status).sort()).toEqual([...Array.from({ length: 41 }, () => 200), 409])
    expect(await scopesOf(first)).toMatchObject([{ scope: 'main', entries: 41 }])
    const read = await Promise.all(
      Array.from({ length: 40 }, (_, index) => (index % 2 === 0 ? second : first).get(String(index))),
    )
    expect(read.every(({ body }, index) => body.equals(archiveOf(String(index))))).toBe(true)
  })

  test.each([
    ['a newer version has written it', '2\n', 'DATA_FORMAT_NEWER'],
    ['nobody knows who has written it', 'two\n', 'DATA_FORMAT_NEWER'],
  ])('over data is refused when %s', async (_what, format, code) => {
    await using folder = await createFolder({ format })

    await expect(startCache({ folder: folder.path })).rejects.toMatchObject({ code })
  })

  test('over a folder that others can write to is refused, and over one that cannot be made', async () => {
    await using folder = await createFolder({ file: 'x' })
    await mkdir(folder.join('open'), { mode: 0o777 })
    await chmod(folder.join('open'), 0o777)

    await expect(startCache({ folder: folder.join('open') })).rejects.toMatchObject({ code: 'DATA_FOLDER_UNUSABLE' })
    await expect(startCache({ folder: folder.join('file/data') })).rejects.toMatchObject({
      code: 'DATA_FOLDER_UNUSABLE',
    })
  })
})
