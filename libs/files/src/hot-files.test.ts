import { randomBytes } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { createFolder } from '@mochi/testing'
import { expect, test } from 'vitest'
import { DamagedFile, HotFiles } from './hot-files.ts'

const SIZE = 1_000

/** Half of it is for what is just coming. */
const ROOM_FOR_TWO = { all: 4 * SIZE, one: SIZE }

test('keeps what it reads while there is room', async () => {
  await using files = await createFiles(1)
  const hot = new HotFiles()
  const [one] = files.all as [Kept]

  expect(await hot.load(one.file, one)).toEqual(one.bytes)
  expect(hot.get(one.file)).toEqual(one.bytes)
})

test('gives the place of what was not asked for longest to what is asked for often', async () => {
  await using files = await createFiles(3)
  const hot = new HotFiles(ROOM_FOR_TWO)

  for (const one of files.all) await ask(hot, [one, one, one])

  expect(files.all.map(({ file }) => hot.get(file) !== undefined)).toEqual([false, true, true])
})

test('lets nothing push out what is asked for often, however many others are asked for now and then', async () => {
  await using files = await createFiles(42)
  const hot = new HotFiles(ROOM_FOR_TWO)
  const [first, second, ...others] = files.all as [Kept, Kept, ...Kept[]]
  await ask(hot, [first, second])

  await ask(hot, [...others, ...others, ...others, ...others])

  expect(hot.get(first.file)).toEqual(first.bytes)
  expect(hot.get(second.file)).toEqual(second.bytes)
})

test('reads a file that is not kept as a whole once, to check it', async () => {
  await using files = await createFiles(3)
  const hot = new HotFiles(ROOM_FOR_TWO)
  const [first, second, third] = files.all as [Kept, Kept, Kept]
  await ask(hot, [first, second])

  expect(await hot.load(third.file, third)).toBeUndefined()
  await writeFile(third.file, randomBytes(SIZE))
  expect(await hot.load(third.file, third)).toBeUndefined()
})

test('checks what it does not keep', async () => {
  await using files = await createFiles(4)
  const hot = new HotFiles(ROOM_FOR_TWO)
  const [first, second, third, fourth] = files.all as [Kept, Kept, Kept, Kept]
  await ask(hot, [first, second])
  await writeFile(third.file, randomBytes(SIZE))
  await writeFile(fourth.file, Buffer.concat([fourth.bytes, fourth.bytes]))

  await expect(ask(hot, [third])).rejects.toThrow(DamagedFile)
  await expect(ask(hot, [fourth])).rejects.toThrow(DamagedFile)
})

test('says of a file with other bytes that it is damaged, each time', async () => {
  await using files = await createFiles(1)
  const [one] = files.all as [Kept]
  const hot = new HotFiles()

  const written = { ...one, isWhole: () => false }

  await expect(ask(hot, [written])).rejects.toThrow(DamagedFile)
  await expect(ask(hot, [written])).rejects.toThrow(DamagedFile)
  expect(hot.get(one.file)).toBeUndefined()
})

type Kept = {
  readonly file: string
  readonly bytes: Buffer
  readonly size: number
  readonly isWhole: (bytes: Buffer) => boolean
}

async function ask(hot: HotFiles, files: readonly Kept[]): Promise<void> {
  for (const one of files) await hot.load(one.file, one)
}

async function createFiles(count: number): Promise<AsyncDisposable & { readonly all: readonly Kept[] }> {
  const folder = await createFolder()
  const all = Array.from({ length: count }, (_, index) => {
    const bytes = randomBytes(SIZE)
    return {
      file: folder.join(String(index)),
      bytes,
      size: SIZE,
      isWhole: (found: Buffer) => found.equals(bytes),
    }
  })
  for (const { file, bytes } of all) await writeFile(file, bytes)
  return { all, [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose]() }
}
