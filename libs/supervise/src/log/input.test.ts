import { closeSync, constants, openSync, writeSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { createFolder, createInbox, runProcess } from '@mochi/testing'
import type { Folder } from '@mochi/testing'
import { describe, expect, test } from 'vitest'
import { openInput } from './input.ts'
import type { Input } from './input.ts'

type Reading = AsyncDisposable & {
  readonly input: Input
  readonly text: () => string
  /** Whether there is room for more. */
  accept(isRoom: boolean): void
  has(text: string): Promise<unknown>
  readonly ended: Promise<Error | undefined>
}

function read(fd: number): Reading {
  const inbox = Buffer.alloc(1024)
  const texts = createInbox<string>()
  const { promise: ended, resolve } = Promise.withResolvers<Error | undefined>()
  const state = { text: '', isRoom: true }
  const input = openInput(fd, {
    inbox,
    onBytes: (length) => {
      state.text += inbox.toString('latin1', 0, length)
      texts.push(state.text)
      return state.isRoom
    },
    onEnd: resolve,
  })
  return {
    ...{ input, ended },
    text: () => state.text,
    accept: (isRoom) => void (state.isRoom = isRoom),
    has: (text) => texts.waitFor((found) => found === text),
    [Symbol.asyncDispose]: async () => {
      input.drain(false)
      await Promise.resolve()
    },
  }
}

type Pipe = Disposable & { readonly reader: number; write(text: string): void; end(): void }

async function openFifo(folder: Folder): Promise<Pipe> {
  await runProcess('mkfifo', [folder.join('pipe')])
  const both = openSync(folder.join('pipe'), constants.O_RDWR)
  const reader = openSync(folder.join('pipe'), constants.O_RDONLY)
  const state = { isOpen: true }
  const end = (): void => {
    if (state.isOpen) closeSync(both)
    state.isOpen = false
  }
  return {
    reader,
    write: (text) => void writeSync(both, text),
    end,
    // The reader is the input's, which ends with its process.
    [Symbol.dispose]: end,
  }
}

describe('A pipe', () => {
  test('is read from the first resume on, until nobody writes any more', async () => {
    await using folder = await createFolder()
    using pipe = await openFifo(folder)
    await using reading = read(pipe.reader)
    pipe.write('one\n')
    for (let turn = 0; turn < 5; turn += 1) await nextTurn()
    expect(reading.text()).toBe('')
    reading.input.resume()
    await reading.has('one\n')
    pipe.write('two\n')
    await reading.has('one\ntwo\n')
    pipe.end()
    expect(await reading.ended).toBeUndefined()
  })

  test('is left alone while there is no room: what stands in it stays there', async () => {
    await using folder = await createFolder()
    using pipe = await openFifo(folder)
    await using reading = read(pipe.reader)
    reading.accept(false)
    reading.input.resume()
    pipe.write('one\n')
    await reading.has('one\n')
    pipe.write('two\n')
    reading.accept(true)
    reading.input.resume()
    await reading.has('one\ntwo\n')
  })

  test('is emptied at the end, and no further', async () => {
    await using folder = await createFolder()
    using pipe = await openFifo(folder)
    await using reading = read(pipe.reader)
    reading.input.resume()
    pipe.write('one\n')
    await reading.has('one\n')
    const rest = 'x'.repeat(5000)
    pipe.write(rest)
    expect(reading.input.drain(true)).toBe(true)
    expect(reading.text()).toBe(`one\n${rest}`)
  })

  test('is left as it is at the end where there is no room, which is told; asked again, it is emptied', async () => {
    await using folder = await createFolder()
    using pipe = await openFifo(folder)
    await using reading = read(pipe.reader)
    reading.input.resume()
    pipe.write('one\n')
    await reading.has('one\n')
    pipe.write('two\n')
    expect(reading.input.drain(false)).toBe(false)
    expect(reading.text()).toBe('one\n')
    expect(reading.input.drain(true)).toBe(true)
    expect(reading.text()).toBe('one\ntwo\n')
  })

  test('that has come to its end is not looked at again: its descriptor may be another file’s', async () => {
    await using folder = await createFolder({ other: 'not a line of the log\n' })
    using pipe = await openFifo(folder)
    await using reading = read(pipe.reader)
    reading.input.resume()
    pipe.write('one\n')
    pipe.end()
    await reading.ended
    expect(reading.input.drain(true)).toBe(true)
    expect(reading.text()).toBe('one\n')
  })
})

test('A file is read to its end, in pieces', async () => {
  await using folder = await createFolder()
  const text = 'line\n'.repeat(1000)
  await writeFile(folder.join('file'), text)
  await using reading = read(openSync(folder.join('file'), 'r'))
  reading.input.resume()
  expect(await reading.ended).toBeUndefined()
  expect(reading.text()).toBe(text)
})
