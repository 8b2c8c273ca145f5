import { createClock } from '@mochi/testing'
import { describe, expect, test } from 'vitest'
import { Inflight, INFLIGHT_BYTES } from './inflight.ts'
import { MemoryFiles } from './memory-files.fixture.ts'
import type { LogSettings } from './settings.ts'
import { LogWriter } from './writer.ts'

const SETTINGS: LogSettings = { size: 10_000, age: 86_400_000, keep: 100_000_000, stamp: 'none' }

function createWriter(files: MemoryFiles, settings: Partial<LogSettings> = {}) {
  const clock = createClock()
  const inflight = new Inflight(new ArrayBuffer(INFLIGHT_BYTES))
  const writer = new LogWriter({
    settings: { ...SETTINGS, ...settings },
    inflight,
    files,
    clock: { now: () => clock.now() * 1000, setTimeout: (callback, ms) => clock.setTimeout(callback, ms) },
  })
  writer.advance()
  return { writer, inbox: inflight.inbox }
}

/** A disk on which nothing is safe before `release`. */
class LateFiles extends MemoryFiles {
  readonly #synced = Promise.withResolvers<undefined>()
  closed = 0
  readonly release = (): void => this.#synced.resolve(undefined)

  override async sync(): Promise<void> {
    await this.#synced.promise
  }

  override close(): void {
    this.closed += 1
  }
}

const LINES = Array.from({ length: 300 }, (_, index) => `${String(index).padStart(99, '.')}\n`)

describe('A disk that takes long until what it has is safe', () => {
  test('holds up no line; only the end of the writer waits for it', async () => {
    const files = new LateFiles()
    const { writer, inbox } = createWriter(files)
    for (const line of LINES) writer.receive(Buffer.from(line).copy(inbox))
    expect(files.text).toBe(LINES.join(''))
    expect(files.list()).toHaveLength(3)
    const finished = writer.finish()
    const settled = new Promise((resolve) => setImmediate(resolve, 'nothing yet'))
    expect(await Promise.race([finished, settled])).toBe('nothing yet')
    expect(files.closed).toBe(0)
    files.release()
    expect(await finished).toBe(true)
    expect(files.closed).toBe(2)
  })

  test('would hold up each line behind the file that is put aside, as one would first write it', async () => {
    const files = new LateFiles()
    const state = { fd: files.open(), put: 0 }
    const write = async (): Promise<void> => {
      for (const line of LINES) {
        files.write(state.fd, Buffer.from(line))
        if (files.stat(state.fd).size < SETTINGS.size) continue
        await files.sync()
        state.put += 1
        files.rename(`${state.put}`)
        state.fd = files.open()
      }
    }
    const written = write()
    expect(files.text).toBe(LINES.slice(0, 100).join(''))
    files.release()
    await written
    expect(files.text).toBe(LINES.join(''))
  })
})

/** What a service has written, and a disk that takes it in small pieces: how much is in between, at most. */
class Scales {
  taken = 0
  written = 0
  most = 0
  readonly #text = Buffer.from(LINES.join('').repeat(100))

  /** As a read from the pipe of a service that always has more. */
  read(inbox: Uint8Array): number {
    const length = this.#text.copy(inbox, 0, this.taken)
    this.taken += length
    this.most = Math.max(this.most, this.taken - this.written)
    return length
  }

  write(length: number): number {
    const written = Math.min(length, 4096)
    this.written += written
    return written
  }
}

describe('A disk that writes slowly', () => {
  test('lets nothing pile up: what was taken is written before more is read', () => {
    const scales = new Scales()
    const files = new MemoryFiles()
    files.limit = (length) => scales.write(length)
    const { writer, inbox } = createWriter(files, { size: 500_000 })
    for (let length = scales.read(inbox); length > 0; length = scales.read(inbox)) writer.receive(length)
    expect(scales.written).toBe(3_000_000)
    expect(scales.most).toBeLessThanOrEqual(INFLIGHT_BYTES)
  })

  test('would fill the memory of a writer as one would first write it, and a kill -9 lose all that', async () => {
    const scales = new Scales()
    const inbox = Buffer.alloc(65_536)
    let queue = Promise.resolve()
    const write = async (length: number): Promise<void> => {
      for (let left = length; left > 0; left -= scales.write(left)) await new Promise(setImmediate)
    }
    for (let length = scales.read(inbox); length > 0; length = scales.read(inbox)) {
      const taken = length
      queue = queue.then(() => write(taken))
    }
    await queue
    expect(scales.written).toBe(3_000_000)
    expect(scales.most).toBe(3_000_000)
  })
})
