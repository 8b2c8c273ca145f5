import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createArchive, createTar, RESULT } from '@mochi/build-cache/testing'
import type { ArchiveEntry } from '@mochi/build-cache/testing'
import { defaultArchiveLimits, inspectArchive } from './index.ts'
import type { ArchiveLimits } from './index.ts'

/** In pieces, as a network brings it. */
async function* pieces(bytes: Uint8Array, size = 1_000): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) {
    await Promise.resolve()
    yield bytes.subarray(at, at + size)
  }
}

/** In pieces and, with the same outcome, whole. */
const inspect = async (bytes: Uint8Array, limits: Partial<ArchiveLimits> = {}, size?: number) => {
  const all = { ...defaultArchiveLimits, ...limits }
  const inspections = [inspectArchive(pieces(bytes, size), all), inspectArchive(Buffer.from(bytes), all)] as const
  const [inPieces, whole] = await Promise.allSettled(inspections)
  expect(whole).toEqual(inPieces)
  return await inspections[0]
}

const file = (name: string, more: Partial<ArchiveEntry> = {}): ArchiveEntry => ({ name, body: 'x', ...more })
const link = (name: string, target: string): ArchiveEntry => ({ name, target, flag: '2' })
const folder = (name: string): ArchiveEntry => ({ name, flag: '5' })
const longName = (body: string): ArchiveEntry => ({ name: '././@LongLink', flag: 'L', body })

const reasonOf = async (inspecting: Promise<unknown>): Promise<string> => {
  const error: unknown = await inspecting.catch((thrown: unknown) => thrown)
  expect(error).toMatchObject({ code: 'BUILD_CACHE_ARCHIVE_REFUSED' })
  return (error as { facts: { reason: string } }).facts.reason
}

describe('an archive of a task', () => {
  test('is counted, whatever pieces it comes in', async () => {
    const archive = createArchive([folder('dist'), file('dist/a.js'), link('dist/b.js', 'a.js')])
    const whole = await inspect(archive, {}, archive.length)

    expect(whole).toMatchObject({ files: 5, unpacked: 5 * 512 + 3 * 512 + 1024 })
    for (const size of [1, 7, 9, 10, 11, 511, 512, 513]) expect(await inspect(archive, {}, size)).toEqual(whole)
  })

  test('may hold names longer than a header has room for', async () => {
    const name = `dist/${'n'.repeat(200)}.js`

    expect(await inspect(createArchive([file(name), link('dist/l', 'n'.repeat(150))]))).toMatchObject({ files: 4 })
    expect(await inspect(createArchive([file(name)]))).not.toEqual(await inspect(createArchive([file(`${name}x`)])))
  })
})

describe('two archives have the same contents', () => {
  const contentsOf = async (entries: readonly ArchiveEntry[], result = RESULT) =>
    (await inspect(gzipSync(createTar([...entries, ...result])))).contents
  const outputs = [file('dist/a'), file('dist/b', { body: 'y'.repeat(2_000) }), link('dist/c', 'a')]

  test('whatever their times, order, directories and terminal output', async () => {
    const other = [folder('dist'), ...outputs.toReversed().map((entry) => ({ ...entry, time: 99, mode: 0o600 }))]
    const result = RESULT.map((entry) => (entry.name === 'code' ? entry : { ...entry, body: 'otherwise' }))

    expect(await contentsOf(other, result)).toBe(await contentsOf(outputs))
  })

  test.each<[string, ArchiveEntry]>([
    ['a byte', file('dist/a', { body: 'z' })],
    ['a name', file('dist/d')],
    ['that it can be run', file('dist/a', { mode: 0o755 })],
    ['that it is a link', link('dist/a', 'x')],
  ])('but not when one differs in %s', async (_what, entry) => {
    expect(await contentsOf([entry, ...outputs.slice(1)])).not.toBe(await contentsOf(outputs))
  })

  test('and not when they lack a file', async () => {
    expect(await contentsOf(outputs.slice(1))).not.toBe(await contentsOf(outputs))
  })
})

describe('an archive is refused', () => {
  test.each<[string, readonly ArchiveEntry[]]>([
    ['it holds an entry without a name', [file('')]],
    ['"/etc/passwd" is an absolute path', [file('/etc/passwd')]],
    ['"../a" is no plain path', [file('../a')]],
    ['"a/../../b" is no plain path', [file('a/../../b')]],
    ['"a//b" is no plain path', [file('a//b')]],
    ['"./a" is no plain path', [file('./a')]],
    ['"a/" is no plain path', [file('a/')]],
    ['".." is no plain path', [folder('..')]],
    [String.raw`"a\\b" holds a character that no name has`, [file(String.raw`a\b`)]],
    [String.raw`"a\nb" holds a character that no name has`, [file('a\nb')]],
    ['".git/hooks/post-checkout" is no output of a task', [file('.git/hooks/post-checkout')]],
    ['"a/.GIT/config" is no output of a task', [file('a/.GIT/config')]],
    ['".g\u200Cit/config" is no output of a task', [file('.g\u200Cit/config')]],
    ['the link "l" leads to no relative path', [link('l', '/etc')]],
    ['the link "l" leads to no relative path', [link('l', '')]],
    ['the link "l" leads out of its folder', [link('l', '..')]],
    ['the link "a/l" leads out of its folder', [link('a/l', '../../b')]],
    ['the link "a/l" leads up behind a way down', [link('a/l', 'b/../c')]],
    ['the link "out" leads up behind a way down', [link('a/b/l', '../..'), link('out', './a/b/l/../../etc')]],
    ['"l/a" stands below a link', [link('l', 'b'), file('l/a')]],
    ['"L/a" stands below a link', [link('l', 'b'), file('L/a')]],
    ['"l" is a link and a folder', [file('l/a'), link('l', 'b')]],
    ['"L" is a link and a folder', [folder('l'), link('L', 'b')]],
    ['"L" is in it twice, or in two spellings', [link('l', 'b'), file('L')]],
    ['"a" is in it twice, or in two spellings', [file('a'), file('a')]],
    ['"a" is in it twice, or in two spellings', [folder('a'), folder('a')]],
    ['"dist/a.js" is in it twice, or in two spellings', [file('dist/A.js'), file('dist/a.js')]],
    ['"e\u0301" is in it twice, or in two spellings', [file('\u00E9'), file('e\u0301')]],
    ['"E\u0301" is in it twice, or in two spellings', [file('\u00E9'), file('E\u0301')]],
    ['"MASSE" is in it twice, or in two spellings', [file('maße'), file('MASSE')]],
    ['"MAẞE" is in it twice, or in two spellings', [file('maße'), file('MAẞE')]],
    ['"a" is a file and a folder', [file('a'), folder('a')]],
    ['"dist" is a file and a folder', [file('dist/a'), file('dist')]],
    ['"dist/b" stands below a file', [file('dist'), file('dist/b')]],
    ['"terminalOutput" is no output of a task', [file('terminalOutput')]],
    ['"code" is no output of a task', [folder('code')]],
    ['"terminalOutput" is in it twice', RESULT],
    ['it holds an entry of the kind "1"', [{ name: 'a', flag: '1', target: 'b' }]],
    ['it holds an entry of the kind "3"', [{ name: 'a', flag: '3' }]],
    ['it holds an entry of the kind "6"', [{ name: 'a', flag: '6' }]],
    ['it holds an entry of the kind "x"', [{ name: 'a', flag: 'x', body: '18 path=../../evil\n' }]],
    ['it holds an entry of the kind "S"', [{ name: 'a', flag: 'S' }]],
    ['it holds a directory or link with bytes', [{ name: 'a', flag: '5', body: 'x' }]],
    ['it holds a name that is too long', [file('a'.repeat(256))]],
    ['it holds a name that is too long', [file(`${'ä/'.repeat(341)}aa`)]],
    ['it holds a name that is too long', [link('l', 'a'.repeat(1_025))]],
    [`"${'a/'.repeat(49)}a…" has more than 64 parts`, [file(`${'a/'.repeat(64)}a`)]],
    ['it holds a name that is no UTF-8', [file('a', { spoil: (header) => header.writeUInt8(0xff, 0) })]],
    [
      'an entry has two names',
      [
        { name: 'x', flag: 'L', body: 'a\0' },
        { name: 'x', flag: 'L', body: 'b\0' },
      ],
    ],
    ['an entry has two names', [longName('dist/a\0'), file('.git/hooks/pre-commit')]],
    ['an entry has two names', [longName(`${'n'.repeat(120)}\0`), file('n')]],
    ['an entry has two names', [{ name: 'x', flag: 'K', body: 'a\0' }, file('a')]],
    ['it holds a name that does not end with its NUL', [longName('dist/ok\0/../../evil\0'), file('dist/ok')]],
    ['it holds a name that does not end with its NUL', [longName('dist/ok'), file('dist/ok')]],
    ['it holds an entry without a name', [longName(''), file('a')]],
    ['it holds a directory that its owner cannot use', [{ ...folder('a'), mode: 0o555 }]],
    ['it holds a file that its owner cannot use', [file('a', { mode: 0o044 })]],
    ...[[124, 12] as const, [100, 8] as const, [136, 12] as const].flatMap(([at, length]) =>
      ['', '\u{80}', '7z', ' 7', '+7'].map((text): [string, ArchiveEntry[]] => {
        const spoil = (header: Buffer) => header.fill(0, at, at + length).write(text, at, 'latin1')
        return ['a header of it is damaged', [file('a', { body: '', spoil })]]
      }),
    ),
    ...['', 'ustar\x0000', 'ustar\x0099', 'ustar   ', 'ustar 00'].map((format): [string, ArchiveEntry[]] => {
      const spoil = (header: Buffer) => header.fill(0, 257, 265).write(format, 257, 'latin1')
      return ['a header of it has another format', [file('a', { spoil })]]
    }),
    ['a header of it has another format', [{ name: 'a', format: 'old' }]],
    ['a header of it has another format', [{ ...longName('dist/a\0'), format: 'old' }]],
  ])('because %s', async (reason, entries) => {
    expect(await reasonOf(inspect(createArchive(entries)))).toBe(reason)
  })

  test.each(['terminalOutput', 'code'])('because it has no %s', async (name) => {
    const tar = createTar(RESULT.filter((entry) => entry.name !== name))

    expect(await reasonOf(inspect(gzipSync(tar)))).toBe(`it has no ${name}`)
  })

  test.each<[string, string, Buffer]>([
    ['its code has 3 bytes in place of 4', 'code', Buffer.alloc(3)],
    ['its code has 5 bytes in place of 4', 'code', Buffer.alloc(5)],
    ['its terminalOutput is no UTF-8', 'terminalOutput', Buffer.from([0xff, 0xfe])],
    ['its terminalOutput is no UTF-8', 'terminalOutput', Buffer.from('ends amid é').subarray(0, -1)],
    ['its terminalOutput has more than 67108864 bytes', 'terminalOutput', Buffer.alloc(2 ** 26 + 1)],
  ])('because %s', async (reason, name, body) => {
    const result = RESULT.map((entry) => (entry.name === name ? { ...entry, body } : entry))

    expect(await reasonOf(inspect(gzipSync(createTar(result)), { ratio: 10_000 }, 65_536))).toBe(reason)
  })

  test('because of its folders, each of which counts once, however many names it stands in', async () => {
    const deep = (count: number) => Array.from({ length: count }, (_, index) => file(`${'a/'.repeat(62)}b${index}/f`))
    const bytes = createArchive(deep(300))

    expect(await inspect(bytes, { files: 62 + 300 + 300 })).toMatchObject({ files: 302 })
    expect(await reasonOf(inspect(bytes, { files: 62 + 300 + 299 }))).toBe('it holds more than 661 files')
  })

  test('because of its headers, with the names that stand behind them', async () => {
    const long = 2 * 512 + 512
    const bytes = createArchive([file('a', { body: 'x'.repeat(9_999) }), file('n'.repeat(200))])

    expect(await inspect(bytes, { headers: 3 * 512 + long })).toMatchObject({ files: 4 })
    expect(await reasonOf(inspect(bytes, { headers: 3 * 512 + long - 1 }))).toBe(
      'it holds more than 3071 bytes of headers',
    )
  })

  const tar = createTar([file('dist/a', { body: 'some bytes'.repeat(100) }), ...RESULT])

  test.each<[string, Buffer]>([
    ['it is no gzip', Buffer.from('something else entirely')],
    ['it is no gzip', tar],
    ['its gzip is cut or damaged', Buffer.alloc(0)],
    ['its gzip is cut or damaged', gzipSync(tar).subarray(0, 9)],
    ['its gzip is cut or damaged', gzipSync(tar).subarray(0, -1)],
    ['its gzip is cut or damaged', gzipSync(tar).subarray(0, 100)],
    ['something stands behind its gzip', Buffer.concat([gzipSync(tar), Buffer.alloc(9)])],
    ['something stands behind its gzip', Buffer.concat([gzipSync(tar), gzipSync(tar)])],
    ['something stands behind its end', gzipSync(Buffer.concat([tar, tar]))],
    ['something stands behind its end', gzipSync(Buffer.concat([tar, Buffer.alloc(512, 1)]))],
    ['it holds a name without an entry', gzipSync(createTar([...RESULT, longName('a\0')]))],
    ['it ends before its end', gzipSync(tar.subarray(0, -1024))],
    ['it ends before its end', gzipSync(tar.subarray(0, -512))],
    ['it ends before its end', gzipSync(tar.subarray(0, 700))],
    ['it ends before its end', gzipSync(Buffer.alloc(0))],
    ['it ends before its end', gzipSync(Buffer.concat([tar, Buffer.alloc(100)]))],
    ['its gzip has fields that Nx does not write', Buffer.from(gzipSync(tar)).fill(8, 3, 4)],
  ])('because %s (%#)', async (reason, bytes) => {
    expect(await reasonOf(inspect(bytes))).toBe(reason)
  })

  test.each([1, 8, 9, 100_000])('because %d bytes stand behind its gzip, in one piece', async (count) => {
    const bytes = Buffer.concat([gzipSync(tar), Buffer.alloc(count, 120)])

    expect(await reasonOf(inspect(bytes, {}, bytes.length))).toBe('something stands behind its gzip')
  })

  test('because its gzip has another sum than it says, or another length', async () => {
    for (const at of [8, 1]) {
      const bytes = Buffer.from(gzipSync(tar))
      bytes.writeUInt8((bytes.at(-at) ?? 0) ^ 1, bytes.length - at)
      expect(await reasonOf(inspect(bytes))).toBe('its gzip is cut or damaged')
    }
  })

  test.each<[string, Partial<ArchiveLimits>, readonly ArchiveEntry[]]>([
    ['it unpacks to more than 4000 bytes', { unpacked: 4_000 }, [file('a', { body: 'x'.repeat(2_000) })]],
    ['it holds more than 3 files', { files: 3 }, [file('a/b'), file('c/d')]],
    ['it unpacks to more than 200 times its size', {}, [file('a', { body: Buffer.alloc(2 ** 24) })]],
  ])('because %s', async (reason, limits, entries) => {
    expect(await reasonOf(inspect(createArchive(entries), limits))).toBe(reason)
  })

  test('before a bomb is unpacked', async () => {
    const state = { read: 0 }
    const bomb = createArchive([file('a', { body: Buffer.alloc(2 ** 27) })])
    const counted = async function* () {
      for await (const piece of pieces(bomb)) {
        state.read += piece.length
        yield piece
      }
    }

    expect(await reasonOf(inspectArchive(counted()))).toBe('it unpacks to more than 200 times its size')
    expect(state.read).toBeLessThan(bomb.length)
  })
})

test('a fault of who brings the bytes is no fault of the archive', async () => {
  const broken = async function* (): AsyncGenerator<Uint8Array> {
    yield createArchive([file('a')]).subarray(0, 50)
    await Promise.reject(new Error('the line is cut'))
  }

  await expect(inspectArchive(broken())).rejects.toThrow('the line is cut')
})

test('whatever byte of an archive is changed, it is refused or has the same contents', async () => {
  const archive = createArchive([folder('dist'), file('dist/a', { body: 'some text' }), link('dist/l', 'a')])
  const { contents } = await inspect(archive)
  const change = fc.record({ at: fc.nat(archive.length - 1), by: fc.integer({ min: 1, max: 255 }) })

  await fc.assert(
    fc.asyncProperty(change, async ({ at, by }) => {
      const bytes = Buffer.from(archive)
      bytes.writeUInt8((bytes[at] ?? 0) ^ by, at)
      const found = await inspect(bytes).catch((error: unknown) => error)
      expect(found).toSatisfy(
        (value: { contents?: string; code?: string }) =>
          value.contents === contents || value.code === 'BUILD_CACHE_ARCHIVE_REFUSED',
      )
    }),
  )
})
