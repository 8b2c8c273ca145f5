import { isMochiError } from '@mochi/errors'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parsePackument } from './packument.ts'
import { distOf, native, pad, removed } from './packuments.fixture.ts'

const parse = (document: unknown, name = 'pad') => parsePackument(name, JSON.stringify(document))

/** `pad` with one more version. */
const padWith = (version: string, manifest: unknown) => ({ ...pad, versions: { ...pad.versions, [version]: manifest } })

const sound = { name: 'pad', version: '3.0.0', dist: distOf('pad/-/pad-3.0.0.tgz') }

describe('a packument', () => {
  test.each([pad, native])('of $name is read, and all that it says is kept', (document) => {
    expect(parse(document, document.name)).toEqual({ packument: document, broken: [] })
  })

  test('of a package whose versions were all removed has none, and no tags', () => {
    const { packument } = parse(removed, 'gone')
    expect(packument).toMatchObject({ versions: {}, 'dist-tags': {} })
    expect(packument.time).not.toHaveProperty('unpublished')
  })

  test('of a package that was removed and published again has its new versions', () => {
    const time = { ...pad.time, unpublished: removed.time.unpublished }
    expect(Object.keys(parse({ ...pad, time }).packument.versions)).toEqual(Object.keys(pad.versions))
  })

  test.each(['constructor', 'toString', '__proto__'])('has no version, tag or time %j, as every object has', (key) => {
    const { versions, 'dist-tags': tags, time = {} } = parse({ ...pad, time: {} }).packument
    expect([versions[key], tags[key], time[key]]).toEqual([undefined, undefined, undefined])
  })

  test('keeps its versions in the order in which they came', () => {
    expect(Object.keys(parse(pad).packument.versions)).toEqual(['1.0.0', '1.3.0', '2.0.0-rc.1'])
  })

  test('without times has none, for the policy to refuse', () => {
    const { time, ...undated } = pad
    expect(time).toBeDefined()
    expect(parse(undated).packument).not.toHaveProperty('time')
    expect(parse({ ...pad, time: 'yesterday' }).packument.time).toEqual({})
    expect(parse({ ...pad, time: { '1.0.0': 12 } }).packument.time).toEqual({})
  })
})

describe('a version is left out, and said to be broken,', () => {
  test.each([
    ['when it is no number', 'v3.0.0', { ...sound, version: 'v3.0.0' }, 'is no version number'],
    ['when it is a number of old', '3.0.0beta', { ...sound, version: '3.0.0beta' }, 'is no version number'],
    ['when it names a build', '3.0.0+a', { ...sound, version: '3.0.0+a' }, 'is no version number'],
    ['when it is no object', '3.0.0', [sound], 'is no object'],
    ['when it is another package', '3.0.0', { ...sound, name: 'dap' }, 'names the package "dap"'],
    ['when it is another version', '3.0.0', { ...sound, version: '3.0.1' }, 'names the version "3.0.1"'],
    ['without a dist', '3.0.0', { ...sound, dist: undefined }, 'has no dist'],
    ['without a tarball', '3.0.0', { ...sound, dist: { shasum: 'a' } }, 'has no dist.tarball'],
    [
      'with an integrity of another kind',
      '3.0.0',
      { ...sound, dist: { tarball: 'a', integrity: [] } },
      'has a dist.integrity that is no text',
    ],
    [
      'with a shasum of another kind',
      '3.0.0',
      { ...sound, dist: { tarball: 'a', shasum: 1 } },
      'has a dist.shasum that is no text',
    ],
    [
      'with a key that changes a prototype',
      '3.0.0',
      { ...sound, a: JSON.parse('{"__proto__":{}}') as unknown },
      'has a key __proto__ or is nested more than 64 deep',
    ],
    [
      'when it is deeper than anything could write',
      '3.0.0',
      { ...sound, a: nested(80) },
      'has a key __proto__ or is nested more than 64 deep',
    ],
  ])('%s', (_, version, manifest, reason) => {
    const { packument, broken } = parse(padWith(version, manifest))
    expect(broken).toEqual([{ version, reason }])
    expect(Object.keys(packument.versions)).toEqual(Object.keys(pad.versions))
  })
})

describe('a document is refused', () => {
  test.each([
    ['that is a page', '<html>', 'is no JSON'],
    ['that is cut off', JSON.stringify(pad).slice(0, -9), 'is no JSON'],
    ['that is a list', '[]', 'is no object'],
    ['that is nothing', 'null', 'is no object'],
    ['of another package', JSON.stringify({ ...pad, name: 'dap' }), 'names "dap"'],
    ['of no package', '{"error":"not_found"}', 'names nothing'],
    ['without versions', '{"name":"pad"}', 'has no versions'],
    ['whose versions are a list', '{"name":"pad","versions":[]}', 'has no versions'],
    [
      'with a prototype for versions',
      '{"name":"pad","versions":{"__proto__":{}}}',
      'has a key __proto__ or is nested more than 64 deep',
    ],
    [
      'with a prototype for tags',
      '{"name":"pad","versions":{},"dist-tags":{"__proto__":{}}}',
      'has a key __proto__ or is nested more than 64 deep',
    ],
    [
      'with an escaped prototype',
      String.raw`{"name":"pad","versions":{},"a":[{"\u005f_proto__":1}]}`,
      'has a key __proto__ or is nested more than 64 deep',
    ],
    [
      'that is deeper than anything could write',
      `{"name":"pad","versions":{},"a":${'['.repeat(1e5)}${']'.repeat(1e5)}}`,
      'has a key __proto__ or is nested more than 64 deep',
    ],
    [
      'with more versions than any package has',
      `{"name":"pad","versions":{${Array.from({ length: 50_001 }, (_, index) => `"1.0.${index}":0`).join()}}}`,
      'has 50001 versions, more than 50000',
    ],
  ])('%s', (_, text, reason) => {
    expect(() => parsePackument('pad', text)).toThrow(
      expect.objectContaining({ code: 'REGISTRY_PACKUMENT_INVALID', facts: { name: 'pad', reason } }),
    )
  })
})

test('whatever a registry answers, it is refused by code or is a packument as the type says', () => {
  const value = fc.oneof(
    { weight: 3, arbitrary: fc.jsonValue() },
    fc.constantFrom(pad, pad.versions, pad.versions['1.0.0'], sound),
  )
  const documents = fc.record(
    {
      name: fc.constantFrom('pad', 'dap'),
      versions: fc.dictionary(fc.constantFrom('1.0.0', '3.0.0', 'x'), value),
      'dist-tags': value,
      time: value,
    },
    { requiredKeys: [] },
  )
  fc.assert(
    fc.property(fc.oneof(documents, fc.jsonValue()), (document) => {
      const outcome = attempt(() => parse(document))
      if (outcome === undefined) return
      const { packument, broken } = outcome
      for (const [version, manifest] of Object.entries(packument.versions)) {
        expect(manifest).toMatchObject({ name: 'pad', version, dist: { tarball: expect.any(String) } })
      }
      const texts = [...Object.values(packument['dist-tags']), ...Object.values(packument.time ?? {})]
      expect(texts.every((text) => typeof text === 'string')).toBe(true)
      const given = (document as { versions?: object }).versions ?? {}
      expect(Object.keys(packument.versions).length + broken.length).toBe(Object.keys(given).length)
    }),
  )
})

function attempt<Value>(run: () => Value): Value | undefined {
  try {
    return run()
  } catch (error) {
    expect(isMochiError(error)).toBe(true)
    return undefined
  }
}

function nested(depth: number): unknown {
  return depth === 0 ? 1 : [nested(depth - 1)]
}
