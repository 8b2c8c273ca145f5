import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ago, NOW, packumentOf } from '../policy/policy.fixture.ts'
import { renderBrief } from './brief.ts'
import { applyMerge, merge } from './merge.ts'
import type { Merge, MergeOptions } from './merge.ts'
import { parsePackument } from './packument.ts'
import type { Packument, ParsedPackument } from './packument.ts'
import type { RemovedVersions } from './removed.ts'

const LAST = NOW - 1_000

/** A packument of these versions, each with the digest that is given. */
function packument(versions: Readonly<Record<string, string>>, tags: Record<string, string> = {}): Packument {
  const made = packumentOf(Object.fromEntries(Object.keys(versions).map((version) => [version, ago(99)])), tags)
  for (const [version, letter] of Object.entries(versions)) {
    const manifest = made.versions[version]
    if (manifest !== undefined) manifest.dist = { tarball: 'x', integrity: `sha512-${letter.repeat(86)}==` }
  }
  return made
}

const given = (versions: Readonly<Record<string, string>>, tags?: Record<string, string>): ParsedPackument => ({
  packument: packument(versions, tags),
  broken: [],
})

const mergeOf = (held: Packument, upstream: ParsedPackument | undefined): Merge =>
  merge({ held, given: upstream, last: LAST, now: NOW })

/** What is held after a merge, as it will be read again. */
function after(held: Packument, upstream: ParsedPackument): Packument {
  const { kept, removed } = mergeOf(held, upstream)
  const manifests = Object.fromEntries(kept.map((version) => [version, held.versions[version] as never]))
  return stored(applyMerge(upstream, held, manifests), removed)
}

function stored(parsed: ParsedPackument, removed: RemovedVersions): Packument {
  return parsePackument('pad', renderBrief(parsed, removed)).packument
}

describe('what is held when upstream has another packument', () => {
  test('is upstream’s where nothing has vanished and no bytes are others', () => {
    expect(mergeOf(packument({ '1.0.0': 'a' }), given({ '1.0.0': 'a', '1.1.0': 'b' }))).toEqual({
      kept: [],
      removed: {},
      changed: [],
    })
  })

  test('keeps what has vanished, and knows between which moments it did', () => {
    const { kept, removed } = mergeOf(packument({ '1.0.0': 'a', '1.1.0': 'b' }), given({ '1.0.0': 'a' }))

    expect(kept).toEqual(['1.1.0'])
    expect(removed).toEqual({ '1.1.0': { last: LAST, by: NOW } })
  })

  test('keeps everything when the package is gone as a whole', () => {
    const { kept, removed } = mergeOf(packument({ '1.0.0': 'a', '1.1.0': 'b' }), undefined)

    expect(kept).toEqual(['1.0.0', '1.1.0'])
    expect(Object.keys(removed)).toEqual(['1.0.0', '1.1.0'])
  })

  test('keeps our bytes where upstream’s are others, and both digests are told', () => {
    const { kept, removed, changed } = mergeOf(packument({ '1.0.0': 'a' }), given({ '1.0.0': 'b' }))

    expect([kept, removed]).toEqual([['1.0.0'], {}])
    expect(changed).toMatchObject([{ version: '1.0.0', ours: expect.stringMatching(/^sha512 69a6/) as string }])
    expect(changed[0]?.theirs).not.toBe(changed[0]?.ours)
  })

  test('keeps what is broken upstream, which nobody has removed', () => {
    const upstream = { ...given({}), broken: [{ version: '1.0.0', reason: 'has no dist' }] }

    expect(mergeOf(packument({ '1.0.0': 'a' }), upstream)).toEqual({ kept: ['1.0.0'], removed: {}, changed: [] })
  })

  test('is as before once a version is back with its bytes', () => {
    const held = packument({ '1.0.0': 'a', '1.1.0': 'b' })
    const without = after(held, given({ '1.0.0': 'a' }))

    expect(mergeOf(without, given({ '1.0.0': 'a', '1.1.0': 'b' }))).toEqual({ kept: [], removed: {}, changed: [] })
  })

  test('stays removed when a version is back with other bytes', () => {
    const without = after(packument({ '1.0.0': 'a', '1.1.0': 'b' }), given({ '1.0.0': 'a' }))
    const { removed, changed } = mergeOf(without, given({ '1.0.0': 'a', '1.1.0': 'x' }))

    expect(removed).toEqual({ '1.1.0': { last: LAST, by: NOW } })
    expect(changed).toMatchObject([{ version: '1.1.0' }])
  })

  test('was replaced where nothing but a placeholder is left, also when it was gone before', () => {
    const placeholder = given({ '0.0.1-security': 'p' })
    const held = packument({ '1.0.0': 'a' })

    expect(mergeOf(held, placeholder).removed).toMatchObject({ '1.0.0': { isReplaced: true } })
    expect(mergeOf(after(held, given({})), placeholder).removed).toMatchObject({ '1.0.0': { isReplaced: true } })
  })

  test('compares by SHA-1 what had no SHA-512 when it was fetched', () => {
    const [held, upstream] = [packument({ '1.0.0': 'a' }), given({ '1.0.0': 'a' })]
    const shasum = '5f5f1b2d2bfbb4b6a0c6b2c9d4e5f60718293a4b'
    const [ours, theirs] = [held.versions['1.0.0'], upstream.packument.versions['1.0.0']]
    if (ours === undefined || theirs === undefined) throw new Error('no version')
    ours.dist = { tarball: 'x', shasum }
    theirs.dist = { ...theirs.dist, shasum }

    expect(mergeOf(held, upstream).kept).toEqual([])
  })

  test('has upstream’s tags, and ours where upstream has none any more', () => {
    const held = packument({ '1.0.0': 'a' }, { latest: '1.0.0' })

    expect(after(held, given({ '1.1.0': 'b' }, { latest: '1.1.0' }))['dist-tags']).toEqual({ latest: '1.1.0' })
    expect(after(held, given({}))['dist-tags']).toEqual({ latest: '1.0.0' })
  })

  test('knows when what is kept was published, whatever upstream says of it now', () => {
    const held = packument({ '1.0.0': 'a' })
    const upstream = given({})
    upstream.packument.time = { '1.0.0': ago(0) }

    expect(after(held, upstream).time?.['1.0.0']).toBe(ago(99))
  })
})

/** Whatever upstream says, one after the other, each version that was ever held is held with the bytes that it had first. */
function losesNothing(merged: (options: MergeOptions) => Merge): void {
  const versions = fc.dictionary(fc.constantFrom('1.0.0', '1.1.0', '2.0.0'), fc.constantFrom('a', 'b'))
  fc.assert(
    fc.property(fc.array(versions, { minLength: 1, maxLength: 5 }), (history) => {
      const first = new Map<string, string | undefined>()
      let held = packument({})
      for (const upstream of history.map((each) => given(each))) {
        const { kept, removed } = merged({ held, given: upstream, last: LAST, now: NOW })
        const manifests = Object.fromEntries(kept.map((version) => [version, held.versions[version] as never]))
        held = stored(applyMerge(upstream, held, manifests), removed)
        for (const [version, { dist }] of Object.entries(upstream.packument.versions))
          if (!first.has(version)) first.set(version, dist.integrity)
        for (const [version, integrity] of first) expect(held.versions[version]?.dist.integrity).toBe(integrity)
      }
    }),
  )
}

describe('no version that was held is lost, and none becomes another', () => {
  test('by the merge of the registry', () => losesNothing(merge))

  test('which one that follows upstream does not manage', () => {
    expect(() => losesNothing(() => ({ kept: [], removed: {}, changed: [] }))).toThrow()
  })
})
