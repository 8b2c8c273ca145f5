import { expect, test } from 'vitest'
import type { Document, Form } from '../mirror/documents.ts'
import { parsePackument } from '../packument/packument.ts'
import { renderBrief } from '../packument/brief.ts'
import { toLines } from '../packument/lines.ts'
import { parsePolicy } from '../policy/settings.ts'
import { packumentOf } from '../upstream.fixture.ts'
import { HotPackuments } from './hot-packuments.ts'
import { Packuments } from './packuments.ts'

const BASE = 'http://127.0.0.1:1'
const VERSIONS = Array.from({ length: 12 }, (_, index) => `1.${index}.0`)

/** A packument that is held, and how often and how many times at once the whole of it was read. */
function hold() {
  const read = { times: 0, now: 0, most: 0 }
  const parsed = parsePackument(
    'a',
    JSON.stringify(
      packumentOf(
        'a',
        VERSIONS.map((version) => ({ version })),
        BASE,
      ),
    ),
  )
  const forms: Record<Form, Buffer> = {
    brief: Buffer.from(renderBrief(parsed)),
    abbreviated: toLines(parsed.packument, 'abbreviated'),
    full: toLines(parsed.packument, 'full'),
  }
  const digests = { brief: 'brief', abbreviated: 'abbreviated', full: 'full' }
  const document: Document = { known: { name: 'a', digests, etag: null, fetched: 0, checked: 0 }, stamp: '1', forms }
  const packuments = new Packuments({
    mirror: { document: () => Promise.resolve({ is: 'held', document, isAway: false }) },
    documents: {
      stamp: () => document.stamp,
      read: async () => {
        read.times += 1
        read.now += 1
        read.most = Math.max(read.most, read.now)
        await new Promise(setImmediate)
        read.now -= 1
        return document
      },
    },
    hot: new HotPackuments(2 ** 20),
    policy: parsePolicy({ cooldown: '0', blocked: [], waivers: [] }, 0),
    fresh: 1_000,
    now: () => 0,
  })
  const find = async (version: string): Promise<unknown> => {
    const bytes = await packuments.manifest(document, version, BASE)
    return bytes && JSON.parse(bytes.toString())
  }
  return { read, find }
}

test('a version that many want is looked for once, and found without looking from then on', async () => {
  const { read, find } = hold()
  const found = await Promise.all(Array.from({ length: 60 }, () => find('1.2.0')))
  found.push(await find('1.2.0'))

  for (const manifest of found) expect(manifest).toMatchObject({ name: 'a', version: '1.2.0' })
  expect(read.times).toBe(1)
})

test('for many versions at once no more than two packuments are unpacked at a time', async () => {
  const { read, find } = hold()
  const found = await Promise.all(VERSIONS.map(find))

  expect(found).toMatchObject(VERSIONS.map((version) => ({ version })))
  expect(read).toMatchObject({ times: VERSIONS.length, most: 2 })
})

test('a version that is not there any more is not found', async () => {
  expect(await hold().find('9.9.9')).toBeUndefined()
})
