import { createClock, createRandom, seedFromEnvironment, soakCount } from '@mochi/testing'
import type { TestClock } from '@mochi/testing'
import { describe, expect, test } from 'vitest'
import { Inflight, INFLIGHT_BYTES } from './inflight.ts'
import { GOES_ON, LINE_BYTES } from './lines.ts'
import { MemoryFiles, refusal } from './memory-files.fixture.ts'
import type { LogSettings } from './settings.ts'
import { LogWriter } from './writer.ts'
import type { WriterOptions } from './writer.ts'

const HOUR = 3_600_000
const SETTINGS: LogSettings = { size: 1_000_000, age: 24 * HOUR, keep: 4_000_000, stamp: 'none' }

type Rig = {
  writer: LogWriter
  files: MemoryFiles
  clock: TestClock
  told: string[]
  put: (text: string | Buffer) => boolean
}

type RigOptions = { settings?: Partial<LogSettings>; files?: MemoryFiles; memory?: ArrayBuffer; clock?: TestClock }

function createRig({ settings, files = new MemoryFiles(), memory, clock = createClock() }: RigOptions = {}): Rig {
  const told: string[] = []
  const inflight = new Inflight(memory ?? new ArrayBuffer(INFLIGHT_BYTES))
  const options: WriterOptions = {
    settings: { ...SETTINGS, ...settings },
    inflight,
    files,
    clock: { now: () => clock.now() * 1000, setTimeout: (callback, ms) => clock.setTimeout(callback, ms) },
    onArchive: (name) => told.push(`archive ${name}`),
    onTrouble: (fault) => told.push(fault === undefined ? 'well again' : `trouble ${fault.code ?? ''}`),
    onRoom: () => told.push('room'),
  }
  const writer = new LogWriter(options)
  writer.advance()
  const put = (text: string | Buffer): boolean => writer.receive(Buffer.from(text).copy(inflight.inbox))
  return { writer, files, clock, told, put }
}

describe('lines', () => {
  test('get the stamp of the moment at which they were read', async () => {
    const { put, files, clock } = createRig({ settings: { stamp: 'iso' } })
    put('one\ntwo\n')
    await clock.advance(5)
    put('three\n')
    expect(files.text).toBe(
      '2026-01-01T00:00:00.000000Z one\n2026-01-01T00:00:00.000000Z two\n2026-01-01T00:00:00.005000Z three\n',
    )
  })

  test('that come in pieces are written whole', () => {
    const { put, files } = createRig({ settings: { stamp: 'iso' } })
    for (const piece of ['o', 'n', 'e\nt', 'wo', '\n']) put(piece)
    expect(files.text.replaceAll(/^\S+ /gm, '')).toBe('one\ntwo\n')
  })

  test('of which nothing more comes for a second are shown as far as they go, and marked', async () => {
    const { put, files, clock } = createRig()
    put('password: ')
    await clock.advance(900)
    put('or not')
    await clock.advance(999)
    expect(files.text).toBe('')
    await clock.advance(1001)
    expect(files.text).toBe(`password: or not${GOES_ON}\n`)
    expect(clock.pending).toBeLessThanOrEqual(1)
  })

  test('that are too long are split between two characters and marked; nothing of them is missing', () => {
    const { put, files } = createRig()
    const long = 'ü'.repeat(LINE_BYTES)
    const bytes = Buffer.from(`x${long}\nnext\n`)
    for (let at = 0; at < bytes.length; at += 50_000) put(bytes.subarray(at, at + 50_000))
    const lines = files.text.split('\n')
    expect(lines.length).toBe(5)
    expect(lines.map((line) => line.replace(GOES_ON, '')).join('')).toBe(`x${long}next`)
    for (const line of lines) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(LINE_BYTES + GOES_ON.length)
  })

  test('pass through as the bytes they are, UTF-8 or not', () => {
    const { put, files } = createRig()
    const bytes = Buffer.from([...Array(256).keys()].filter((byte) => byte !== 10).concat(10))
    put(bytes)
    expect(files.contents.get('current')?.bytes).toEqual(bytes)
    expect(Buffer.from(bytes.toString())).not.toEqual(bytes)
  })

  test('do not stick to half a line that a crash has left', () => {
    const { files } = createRig()
    files.limit = (length) => length
    files.write(files.open(), Buffer.from('half'))
    const { put } = createRig({ files })
    put('whole\n')
    expect(files.text).toBe('half\nwhole\n')
  })

  test('at the end of input are closed', () => {
    const { put, writer, files } = createRig()
    put('last')
    writer.endLine()
    expect(files.text).toBe('last\n')
  })
})

class Killed extends Error {}

describe('killed and started again', () => {
  /** Runs the input through writers that end in the given write, after so many bytes of it. */
  function runWithKills(kills: ReadonlyMap<number, number>, pieces: readonly string[], keep: boolean): string {
    const files = new MemoryFiles()
    const memory = new ArrayBuffer(INFLIGHT_BYTES)
    const clock = createClock()
    let writes = 0
    files.limit = (length) => {
      const cut = kills.get(writes++)
      if (cut === undefined) return length
      const last = files.contents.get('current')
      if (last !== undefined) last.bytes = Buffer.concat([last.bytes, pending.subarray(0, Math.min(cut, length))])
      throw new Killed()
    }
    let pending = Buffer.alloc(0)
    const write = files.write.bind(files)
    files.write = (fd, bytes) => {
      pending = Buffer.from(bytes)
      return write(fd, bytes)
    }
    const survive = (act: (rig: Rig) => void): void => {
      for (;;) {
        try {
          rig ??= createRig({ files, clock, settings: { stamp: 'iso', size: 300 }, ...(keep && { memory }) })
          act(rig)
          return
        } catch (error) {
          if (!(error instanceof Killed)) throw error
          rig = undefined
          clock.jump(1000)
          act = () => undefined
        }
      }
    }
    let rig: Rig | undefined
    for (const piece of pieces) survive((now) => now.put(piece))
    survive((now) => now.writer.endLine())
    return files.text.replaceAll(/^\S+Z /gm, '')
  }

  const random = createRandom(seedFromEnvironment())
  const lines = Array.from({ length: 40 }, (_, index) => `line ${index} ${'x'.repeat(random.integer(0, 30))}\n`).join(
    '',
  )

  test('at any byte of any write, no line is lost, cut or repeated', { timeout: soakCount(60_000) }, () => {
    for (let round = 0; round < soakCount(300); round += 1) {
      const pieces = lines.match(/[^]{1,37}/g) ?? []
      const kills = new Map(
        Array.from({ length: random.integer(1, 8) }, () => [random.integer(0, 30), random.integer(0, 200)]),
      )
      expect(runWithKills(kills, pieces, true), JSON.stringify([...kills])).toBe(lines)
    }
  })

  test('without memory that outlives it, some of it is lost: what the test above is for', () => {
    const pieces = lines.match(/[^]{1,37}/g) ?? []
    expect(runWithKills(new Map([[3, 5]]), pieces, false)).not.toBe(lines)
  })
})

describe('current is put aside', () => {
  test('before it grows larger than it may, between two lines', () => {
    const { put, files, told } = createRig({ settings: { size: 100 } })
    for (let index = 0; index < 10; index += 1) put(`${'x'.repeat(38)}\n`)
    expect(told).toHaveLength(4)
    for (const { bytes } of files.contents.values()) expect(bytes.length).toBe(78)
  })

  test('when it is old enough, also while no line comes', async () => {
    const { put, clock, told } = createRig({ settings: { stamp: 'iso' } })
    put('one\n')
    await clock.advance(24 * HOUR - 1)
    expect(told).toEqual([])
    await clock.advance(1)
    expect(told).toEqual(['archive 2026-01-02T00-00-00.000000Z.log'])
  })

  test('when it is old enough over restarts, by the stamp of its first line', async () => {
    const { put, clock, files } = createRig({ settings: { stamp: 'iso' } })
    put('one\n')
    await clock.advance(23 * HOUR)
    const next = createRig({ files, clock, settings: { stamp: 'iso' } })
    await clock.advance(HOUR)
    expect(next.told).toHaveLength(1)
  })

  test('once and not in a loop when the clock jumps, ahead or back', async () => {
    const { put, clock, told } = createRig({ settings: { stamp: 'iso' } })
    put('one\n')
    clock.jump(365 * 24 * HOUR)
    put('two\n')
    expect(told).toHaveLength(1)
    clock.jump(-700 * 24 * HOUR)
    for (let index = 0; index < 50; index += 1) put('three\n')
    await clock.advance(HOUR)
    expect(told).toHaveLength(1)
  })

  test('on demand, but not when it is empty; names go up though the clock goes back', () => {
    const { put, writer, clock, told } = createRig({ settings: { stamp: 'iso' } })
    writer.rotate()
    expect(told).toEqual([])
    for (let index = 0; index < 3; index += 1) {
      put('line\n')
      writer.rotate()
      clock.jump(-HOUR)
    }
    expect(told.toSorted()).toEqual(told)
    expect(new Set(told).size).toBe(3)
  })

  test('and the oldest go, so that all files together stay within their limit', () => {
    const keep = 1000
    const { put, files } = createRig({ settings: { size: 200, keep } })
    for (let index = 0; index < 200; index += 1) {
      put(`line ${index}\n`)
      expect(files.list().reduce((sum, { size }) => sum + size, 0)).toBeLessThanOrEqual(keep)
    }
    expect(files.text.endsWith('line 198\nline 199\n')).toBe(true)
    expect(files.list().length).toBeGreaterThan(3)
  })
})

describe('a disk that is full', () => {
  test.each(['ENOSPC', 'EDQUOT'])('first loses the oldest archives of this log: %s', (code) => {
    const { put, files, told } = createRig({ settings: { size: 100 } })
    for (let index = 0; index < 10; index += 1) put(`${String(index).padStart(38)}\n`)
    const before = files.list().length
    files.limit = (length) => {
      if (files.list().length === before) throw refusal(code)
      return length
    }
    expect(put('more\n')).toBe(true)
    expect(files.list()).toHaveLength(before - 1)
    expect(files.text).not.toMatch(/ 0\n/)
    expect(files.text).toMatch(/ 9\nmore\n$/)
    expect(told.filter((line) => line.startsWith('trouble'))).toEqual([])
  })

  test.each(['ENOSPC', 'EIO'])('then holds what it has, says so, and goes on where it was: %s', async (code) => {
    const { put, files, clock, told } = createRig()
    put('before\n')
    let isFull = true
    let room = 3
    files.limit = (length) => {
      if (!isFull) return length
      const written = Math.min(room, length)
      room -= written
      if (written === 0) throw refusal(code)
      return written
    }
    expect(put('kept\n')).toBe(false)
    expect(files.text).toBe('before\nkep')
    await clock.advance(10_000)
    expect(told).toEqual([`trouble ${code}`])
    isFull = false
    await clock.advance(1000)
    expect(files.text).toBe('before\nkept\n')
    expect(told).toEqual([`trouble ${code}`, 'well again', 'room'])
    expect(put('after\n')).toBe(true)
    expect(files.text).toBe('before\nkept\nafter\n')
  })

  test('that shows only when all is synced is told too, at the end', async () => {
    const { put, writer, files } = createRig()
    put('line\n')
    files.sync = () => Promise.reject(refusal('EDQUOT'))
    expect(await writer.finish()).toBe(false)
    files.sync = () => Promise.resolve()
    expect(await writer.finish()).toBe(true)
  })

  test('loses no archive when the disk is not full but broken', () => {
    const { put, files } = createRig({ settings: { size: 100 } })
    for (let index = 0; index < 10; index += 1) put(`${String(index).padStart(38)}\n`)
    const before = files.list().length
    files.limit = () => {
      throw refusal('EIO')
    }
    put('more\n')
    expect(files.list()).toHaveLength(before)
  })
})
