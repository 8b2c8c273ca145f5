import { readFileSync, readSync, statSync, writeSync } from 'node:fs'
import { createFolder } from '@mochi/testing'
import { describe, expect, test } from 'vitest'
import { LogPipe } from './log-pipe.ts'

function readNow(fd: number): string {
  const buffer = Buffer.alloc(100)
  return buffer.toString('utf8', 0, readSync(fd, buffer))
}

describe('The pipe of a log', () => {
  test('has a name, for this user alone, and is made once', async () => {
    await using folder = await createFolder()
    using first = new LogPipe(folder.join('log'))
    const { ino, mode } = statSync(folder.join('log/pipe'))
    expect(mode & 0o777).toBe(0o600)
    using second = new LogPipe(folder.join('log'))
    expect(statSync(folder.join('log/pipe')).ino).toBe(ino)
    using service = first.openForService()
    using writer = second.openForWriter()
    writeSync(service.stdout, 'line\n')
    expect(readNow(writer.stdin ?? -1)).toBe('line\n')
  })

  test('keeps what was written while no writer runs and when the supervisor has gone', async () => {
    await using folder = await createFolder()
    const left = new LogPipe(folder.path)
    using service = left.openForService()
    left[Symbol.dispose]()
    writeSync(service.stdout, 'before\n')
    using next = new LogPipe(folder.path)
    using writer = next.openForWriter()
    expect(readNow(writer.stdin ?? -1)).toBe('before\n')
  })

  test('takes what the writer complains about into a file of its own, and adds to it', async () => {
    await using folder = await createFolder()
    using pipe = new LogPipe(folder.path)
    for (const words of ['one\n', 'two\n']) {
      using writer = pipe.openForWriter()
      writeSync(writer.stderr, words)
    }
    expect(readFileSync(folder.join('errors'), 'utf8')).toBe('one\ntwo\n')
  })

  test('begins that file anew when it is long, however often a writer ends with complaints', async () => {
    await using folder = await createFolder()
    using pipe = new LogPipe(folder.path)
    for (let start = 0; start < 50; start += 1) {
      using writer = pipe.openForWriter()
      writeSync(writer.stderr, `${start} ${'x'.repeat(9_000)}\n`)
    }
    const text = readFileSync(folder.join('errors'), 'utf8')
    expect(text.length).toBeLessThan(80_000)
    expect(text).toMatch(/^49 /m)
  })
})
