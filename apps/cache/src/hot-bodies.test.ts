import { createHash, randomBytes } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { createFolder } from '@mochi/testing'
import { expect, test } from 'vitest'
import { DamagedBody, HotBodies } from './hot-bodies.ts'

const SIZE = 1_000

/** Half of it is for what is just coming. */
const ROOM_FOR_TWO = { all: 4 * SIZE, one: SIZE }

test('keeps what it reads while there is room', async () => {
  await using bodies = await createBodies(1)
  const hot = new HotBodies()
  const [body] = bodies.all as [Body]

  expect(await hot.load(body.file, body)).toEqual(body.bytes)
  expect(hot.get(body.file)).toEqual(body.bytes)
})

test('gives the place of what was not asked for longest to what is asked for often', async () => {
  await using bodies = await createBodies(3)
  const hot = new HotBodies(ROOM_FOR_TWO)

  for (const body of bodies.all) await ask(hot, [body, body, body])

  expect(bodies.all.map(({ file }) => hot.get(file) !== undefined)).toEqual([false, true, true])
})

test('lets nothing push out what is asked for often, however many others are asked for now and then', async () => {
  await using bodies = await createBodies(42)
  const hot = new HotBodies(ROOM_FOR_TWO)
  const [first, second, ...others] = bodies.all as [Body, Body, ...Body[]]
  await ask(hot, [first, second])

  await ask(hot, [...others, ...others, ...others, ...others])

  expect(hot.get(first.file)).toEqual(first.bytes)
  expect(hot.get(second.file)).toEqual(second.bytes)
})

test('reads a file as a whole only to check it, where it is not kept', async () => {
  await using bodies = await createBodies(3)
  const hot = new HotBodies(ROOM_FOR_TWO)
  const [first, second, third] = bodies.all as [Body, Body, Body]
  await ask(hot, [first, second])

  expect(await hot.load(third.file, third)).toEqual(third.bytes)
  expect(await hot.load(third.file, third)).toBeUndefined()
})

test('says of a file with other bytes that it is damaged, each time', async () => {
  await using bodies = await createBodies(1)
  const [body] = bodies.all as [Body]
  const hot = new HotBodies()

  const written = { ...body, sha: '0'.repeat(64) }

  await expect(ask(hot, [written])).rejects.toThrow(DamagedBody)
  await expect(ask(hot, [written])).rejects.toThrow(DamagedBody)
  expect(hot.get(body.file)).toBeUndefined()
})

type Body = { readonly file: string; readonly bytes: Buffer; readonly sha: string; readonly size: number }

async function ask(hot: HotBodies, bodies: readonly Body[]): Promise<void> {
  for (const body of bodies) await hot.load(body.file, body)
}

async function createBodies(count: number): Promise<AsyncDisposable & { readonly all: readonly Body[] }> {
  const folder = await createFolder()
  const all = Array.from({ length: count }, (_, index) => {
    const bytes = randomBytes(SIZE)
    return {
      file: folder.join(String(index)),
      bytes,
      size: SIZE,
      sha: createHash('sha256').update(bytes).digest('hex'),
    }
  })
  for (const { file, bytes } of all) await writeFile(file, bytes)
  return { all, [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose]() }
}
