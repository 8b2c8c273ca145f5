import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { packuments } from '../policy/policy.fixture.ts'
import { parsePackument } from './packument.ts'
import type { Packument } from './packument.ts'
import { distOf, native, pad } from './packuments.fixture.ts'
import { renderAbbreviated, renderFull, renderManifest } from './render.fixture.ts'

const BASE = 'http://127.0.0.1:4873'

const parse = (document: { name: string }): Packument =>
  parsePackument(document.name, JSON.stringify(document)).packument
const abbreviated = (document: { name: string }) => JSON.parse(renderAbbreviated(parse(document), BASE)) as Packument
const padWith = (more: object) => ({ ...pad, versions: { '1.0.0': { ...pad.versions['1.0.0'], ...more } } })

describe('the full packument', () => {
  test('is all that was known, with tarballs of this registry', () => {
    const rendered = JSON.parse(renderFull(parse(pad), BASE)) as typeof pad
    expect(rendered).toEqual({
      ...pad,
      versions: Object.fromEntries(
        Object.entries(pad.versions).map(([version, manifest]) => [
          version,
          { ...manifest, dist: { ...manifest.dist, tarball: `${BASE}/pad/-/pad-${version}.tgz` } },
        ]),
      ),
    })
  })

  test('of a package in a scope has the scope in the path of a tarball alone', () => {
    const { versions } = JSON.parse(renderFull(parse(native), `${BASE}/npm`)) as Packument
    expect(versions['0.25.1']?.dist.tarball).toBe(`${BASE}/npm/@build/linux-x64/-/linux-x64-0.25.1.tgz`)
  })
})

test('one version alone is rendered as in the full packument', () => {
  for (const document of [pad, native]) {
    const { versions } = JSON.parse(renderFull(parse(document), BASE)) as Packument
    for (const version of Object.keys(versions)) {
      expect(JSON.parse(renderManifest(parse(document), version, BASE))).toEqual(versions[version])
    }
  }
})

describe('the abbreviated packument', () => {
  test('is what an installer needs, and the times', () => {
    const { name, version, dependencies, devDependencies, engines, funding, bin, dist } = pad.versions['1.3.0']
    const rendered = abbreviated(pad)
    expect(Object.keys(rendered)).toEqual(['name', 'modified', 'dist-tags', 'versions', 'time'])
    expect(rendered).toMatchObject({
      name: 'pad',
      modified: pad.time.modified,
      'dist-tags': pad['dist-tags'],
      time: pad.time,
    })
    expect(rendered.versions['1.3.0']).toEqual({
      ...{ name, version, dependencies, devDependencies, engines, funding, bin },
      dist: { ...dist, tarball: `${BASE}/pad/-/pad-1.3.0.tgz` },
    })
  })

  test('keeps that a version is deprecated, and its signatures and attestations', () => {
    const { versions } = abbreviated(pad)
    expect(versions['1.0.0']).toMatchObject({ deprecated: 'use String.prototype.padStart()' })
    expect(versions['1.3.0']?.dist).toMatchObject({ signatures: [{}], attestations: { provenance: {} } })
  })

  test('says for which platform a version is, what it bundles and that it has a script for installing', () => {
    expect(abbreviated(native).versions['0.25.1']).toEqual({
      name: '@build/linux-x64',
      version: '0.25.1',
      os: ['linux'],
      cpu: ['x64'],
      libc: ['glibc'],
      bundleDependencies: ['small'],
      hasInstallScript: true,
      dist: { ...distOf(''), tarball: `${BASE}/@build/linux-x64/-/linux-x64-0.25.1.tgz` },
    })
  })

  test.each([
    [{ scripts: { preinstall: 'a' } }, true],
    [{ scripts: { install: 'a' } }, true],
    [{ scripts: { postinstall: 'a' } }, true],
    [{ hasInstallScript: true }, true],
    [{ scripts: { test: 'a' }, hasInstallScript: true }, true],
    [{ scripts: { test: 'a' } }, undefined],
    [{ scripts: null }, undefined],
    [{ hasInstallScript: false }, undefined],
  ])('of %j has the mark of a script for installing: %j', (more, mark) => {
    expect(abbreviated(padWith(more)).versions['1.0.0']?.hasInstallScript).toBe(mark)
  })

  test('has times, though there are none', () => {
    const { time, ...undated } = pad
    expect(time).toBeDefined()
    expect(abbreviated(undated).time).toEqual({})
  })
})

test('rendered, read and rendered again it is the same text', () => {
  fc.assert(
    fc.property(packuments, (packument) => {
      for (const render of [renderFull, renderAbbreviated]) {
        const text = render(packument, BASE)
        const { packument: read, broken } = parsePackument(packument.name, text)
        expect(broken).toEqual([])
        expect(render(read, BASE)).toBe(text)
        expect(read.versions).toEqual((JSON.parse(text) as Packument).versions)
      }
    }),
  )
})

test('abbreviated it is the same whether it was made of the full one or of itself', () => {
  for (const document of [pad, native]) {
    const text = renderAbbreviated(parse(document), BASE)
    expect(renderAbbreviated(parsePackument(document.name, renderFull(parse(document), BASE)).packument, BASE)).toBe(
      text,
    )
  }
})
