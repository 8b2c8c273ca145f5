import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { createFolder, soakCount } from '@mochi/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createArchive, createTar, RESULT } from '@mochi/build-cache/testing'
import type { ArchiveEntry } from '@mochi/build-cache/testing'
import { inspectArchive } from './index.ts'
import type { Inspected } from './index.ts'
import { startNxClient } from './nx-client.fixture.ts'
import type { NxClient } from './nx-client.fixture.ts'

let nx: NxClient
beforeAll(async () => {
  nx = await startNxClient()
})
afterAll(async () => {
  await nx[Symbol.asyncDispose]()
})

const inspect = async (archive: Buffer): Promise<Inspected | undefined> => {
  try {
    return await inspectArchive(archive)
  } catch (error) {
    expect(error).toMatchObject({ code: 'BUILD_CACHE_ARCHIVE_REFUSED' })
    return undefined
  }
}

const link = (name: string, target: string): ArchiveEntry => ({ name, target, flag: '2' })
const folder = (name: string): ArchiveEntry => ({ name, flag: '5' })
const result = (name: string, body: Buffer) => RESULT.map((entry) => (entry.name === name ? { ...entry, body } : entry))

const setFormat =
  (format: string, prefix = '') =>
  (header: Buffer) => {
    header.fill(0, 257, 265).write(format, 257, 'latin1')
    header.write(prefix, 345)
  }

describe("what is accepted, Nx's client unpacks into the same files", () => {
  test.each<[string, readonly ArchiveEntry[]]>([
    ['files, folders, links', [folder('dist'), { name: 'dist/a', body: 'a', mode: 0o755 }, link('dist/b', 'a')]],
    ['files without their folders', [{ name: 'a/b/c', body: 'c' }]],
    ['a folder behind what is in it', [{ name: 'a/b', body: 'b' }, folder('a')]],
    [
      'a name of 1024 bytes in 64 parts',
      [{ name: `${'a'.repeat(17)}/${`${'b'.repeat(15)}/`.repeat(62)}${'c'.repeat(14)}` }],
    ],
    ['a part of 255 bytes', [{ name: 'é'.repeat(127) }]],
    ['a target of 1024 bytes', [link('l', 'a'.repeat(1_024))]],
    ['links through links', [link('V/A/up', '..'), link('V/C', 'A'), link('all', 'V/C/up/C'), link('d/l', './../V')]],
    ['names that are told by more than case', [{ name: 'é' }, { name: 'e' }, { name: 'f' }]],
    [
      'modes that are not restored',
      [
        { name: 'a', mode: 0o104755 },
        { ...folder('b'), mode: 0o042755 },
      ],
    ],
    [
      'a folder named as Nx names a result',
      [
        { name: 'Code/a', body: 'a' },
        { name: 'a/code', body: 'c' },
      ],
    ],
  ])('%s', async (_what, entries) => {
    const archive = createArchive(entries)
    const inspected = await inspectArchive(archive)

    expect(await nx.unpack(archive)).toMatchObject({ contents: inspected.contents, escapes: [] })
  })

  test('whatever is odd in it', async () => {
    const counts = { accepted: 0, refused: 0 }
    await fc.assert(
      fc.asyncProperty(archives, async (entries) => {
        const archive = gzipSync(createTar(entries))
        const inspected = await inspect(archive)
        counts[inspected === undefined ? 'refused' : 'accepted'] += 1
        if (inspected === undefined) return
        expect(await nx.unpack(archive)).toMatchObject({ contents: inspected.contents, escapes: [] })
      }),
      { numRuns: soakCount(1_500) },
    )

    expect(counts.accepted).toBeGreaterThan(200)
    expect(counts.refused).toBeGreaterThan(200)
  })
})

describe("what Nx's client fails at, or unpacks into other files than its text says, is refused", () => {
  test.each<[string, readonly ArchiveEntry[]]>([
    ['a code of three bytes', result('code', Buffer.alloc(3))],
    ['a terminal output that is no UTF-8', result('terminalOutput', Buffer.from([0xff, 0xfe]))],
    ['a file below a file', [{ name: 'dist' }, { name: 'dist/b' }, ...RESULT]],
    ['a file in place of a folder', [{ name: 'dist/b' }, { name: 'dist' }, ...RESULT]],
    ['a name with a NUL in it', [{ name: 'x', flag: 'L', body: 'dist/ok\0/../../evil\0' }, { name: 'y' }, ...RESULT]],
    ['an empty size', [{ name: 'a', spoil: (header) => header.fill(0, 124, 136) }, ...RESULT]],
    ['a part of 256 bytes', [{ name: 'é'.repeat(128) }, ...RESULT]],
    ['an output named as a result', [folder('code'), ...RESULT]],
  ])('%s, which ends a run', async (_what, entries) => {
    const archive = gzipSync(createTar(entries))

    expect(await nx.unpack(archive)).toHaveProperty('thrown')
    expect(await inspect(archive)).toBeUndefined()
  })

  const harmless = { name: 'link', target: '../../../..', flag: '2', spoil: setFormat('ustar\x0099', 'a/b/c/d/e/f') }
  test.each<[string, readonly ArchiveEntry[], readonly string[]]>([
    ['a version that is none, with the first part of a name', [harmless], ['link']],
    ['links one behind the other', [link('a/b/c/l', '../../..'), link('out', 'a/b/c/l/../../etc')], ['out']],
  ])('%s, which leads out of the folder', async (_what, entries, escapes) => {
    const archive = createArchive(entries)

    expect(await nx.unpack(archive)).toMatchObject({ escapes })
    expect(await inspect(archive)).toBeUndefined()
  })

  test('a long name in a format that has none', async () => {
    const hook = { name: '.git/hooks/pre-commit', body: 'evil', spoil: setFormat('') }
    const archive = createArchive([{ name: 'x', flag: 'L', body: 'dist/harmless\0', spoil: setFormat('') }, hook])

    expect(await nx.unpack(archive)).toMatchObject({ names: expect.arrayContaining([hook.name]) as string[] })
    expect(await inspect(archive)).toBeUndefined()
  })
})

test("what Nx's client packs is accepted, and unpacked into the same files", async () => {
  await using outputs = await createFolder()
  const put = async (name: string, mode = 0o644): Promise<string> => {
    const path = outputs.join('1', name)
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, name)
    await chmod(path, mode)
    return name
  }
  // Names that are cut at their hundredth byte: behind a slash, one point or two, amid a letter.
  const odd = ['/x', './x'.repeat(3), '/.x', '/..x', 'é/é', '/é', '漢字'].flatMap((end) =>
    Array.from({ length: 8 }, (_, index) => `dist/${'n'.repeat(90 + index - 5)}${end}${'z'.repeat(20)}`),
  )
  const names = await Promise.all(
    [...odd, 'dist/кириллица é e\u0301.txt', 'a', 'libs/a/dist/a.d.ts'].map((name) => put(name)),
  )
  await put('dist/run', 0o755)
  await put('dist/read', 0o444)
  await mkdir(outputs.join('1/dist/empty'))
  const targets = ['a', './a', '../a', '..', '.', 'run', ...odd.map((name) => name.slice('dist/'.length))]
  await Promise.all(targets.map((target, index) => symlink(target, outputs.join('1/dist', `link${index}`))))

  const archive = await nx.pack(outputs.path)
  const inspected = await inspectArchive(archive)

  expect(inspected.files).toBeGreaterThan(names.length + targets.length)
  expect(await nx.unpack(archive)).toMatchObject({ contents: inspected.contents, escapes: [] })
  expect(headersOf(archive)).toEqual(headersOf(createArchive([folder('f'), { name: 'a' }, link('l', 'a')])))
})

/** What is the same in all headers of a kind, but for mode, time and names. */
function headersOf(archive: Buffer): Set<string> {
  const tar = gunzipSync(archive)
  const headers = new Set<string>()
  for (let at = 0; tar.readUInt8(at) !== 0;) {
    const header = tar.subarray(at, at + 512)
    const [flag, format] = [header.toString('latin1', 156, 157), header.toString('latin1', 257, 265)]
    if (flag !== 'L' && flag !== 'K') headers.add(JSON.stringify([flag, format, header.toString('latin1', 155, 156)]))
    at += 512 + Math.ceil(Number.parseInt(header.toString('latin1', 124, 135), 8) / 512) * 512
  }
  return headers
}

const usual = fc.constantFrom('a', 'b', 'c', 'dist', 'main.js', 'é', 'n'.repeat(60))
const PLACES = ['', '.', '..', '...', ' ', '.git', '.GIT', 'a\0b', 'a\\b', '\u200C', 'a/'.repeat(63)]
const NAMES = [
  'A',
  'É',
  'e\u0301',
  'ß',
  'SS',
  'code',
  'terminalOutput',
  'x'.repeat(255),
  'x'.repeat(256),
  'é'.repeat(130),
]
const oddPart = fc.constantFrom(...PLACES, ...NAMES)
const part = fc.oneof({ weight: 30, arbitrary: usual }, { weight: 1, arbitrary: oddPart })
const name = fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'))
const target = fc
  .tuple(
    fc.array(fc.constantFrom('..', '.'), { maxLength: 3 }),
    fc.array(fc.oneof(part, fc.constant('..')), { maxLength: 3 }),
  )
  .map(([up, down]) => [...up, ...down].join('/'))

const SPOILS: Readonly<Record<string, (header: Buffer) => void>> = {
  nothing: () => undefined,
  v7: setFormat(''),
  posix: setFormat('ustar\x0000', 'dist'),
  version: setFormat('ustar\x0099', 'dist'),
  prefix: (header) => header.write('dist', 345),
  emptySize: (header) => header.fill(0, 124, 136),
  blankSize: (header) => header.fill(' ', 124, 136),
  binarySize: (header) => header.fill(0, 124, 136).writeUInt8(0x80, 124),
  signedSize: (header) => header.write('+', 124),
  emptyMode: (header) => header.fill(0, 100, 108),
  emptyTime: (header) => header.fill(0, 136, 148),
  binaryTime: (header) => header.fill(0xff, 136, 148),
  lateTime: (header) => header.write('77777777777', 136),
  binaryOwner: (header) => header.fill(0xff, 108, 124),
  sparse: (header) => header.fill('7', 386, 500),
  noName: (header) => header.fill(0, 0, 100),
  noUtf8: (header) => header.writeUInt8(0xff, 1),
  slash: (header) => header.write('/', header.indexOf(0)),
}

const seldom = <T>(plain: T, odd: fc.Arbitrary<T>): fc.Arbitrary<T> =>
  fc.oneof({ weight: 12, arbitrary: fc.constant(plain) }, { weight: 1, arbitrary: odd })

const entry = fc
  .record({
    name,
    target,
    body: fc.constantFrom('', 'text', 'x'.repeat(513)),
    time: fc.constantFrom(0, 1_700_000_000),
    flag: fc.oneof(
      { weight: 12, arbitrary: fc.constantFrom('0', '5', '2') },
      { weight: 1, arbitrary: fc.constantFrom('\0', '1', '3', '7', 'L', 'K', 'x', 'g', 'S', 'D', 'V') },
    ),
    mode: fc.constantFrom(0o644, 0o755, 0o100755, 0o040700, 0o700, 0o4755, 0o777, 0o444, 0),
    format: seldom('gnu' as const, fc.constant('old' as const)),
    spoil: seldom('nothing', fc.constantFrom(...Object.keys(SPOILS))),
    isLong: seldom(true, fc.boolean()),
  })
  .map(({ spoil, isLong, ...made }): ArchiveEntry => {
    const isFile = made.flag !== '5' && made.flag !== '2'
    const body = 'LK'.includes(made.flag) ? `${made.name}${isLong ? '\0' : ''}` : isFile || !isLong ? made.body : ''
    return { ...made, body, spoil: (header) => SPOILS[spoil]?.(header) }
  })

const results = seldom(
  RESULT,
  fc.constantFrom(
    RESULT.slice(1),
    RESULT.slice(0, 1),
    [...RESULT, ...RESULT],
    RESULT.toReversed(),
    RESULT.map((one) => ({ ...one, format: 'gnu' as const })),
    result('code', Buffer.alloc(5)),
    result('code', Buffer.alloc(4, 0xff)),
    result('terminalOutput', Buffer.from([0xc3])),
  ),
)
const archives = fc
  .tuple(fc.array(entry, { maxLength: 4 }), results, fc.array(entry, { maxLength: 1 }))
  .map(([before, between, after]) => [...before, ...between, ...after])
