/** Packuments as a public registry gives them, made small by hand. */

const UPSTREAM = 'https://registry.example'

const SHASUM = '5f5f1b2d2bfbb4b6a0c6b2c9d4e5f60718293a4b'
const INTEGRITY = 'sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA=='

const person = { name: 'ann', email: 'ann@example.com' }

const common = {
  license: 'MIT',
  author: person,
  maintainers: [person],
  repository: { type: 'git', url: 'git+https://git.example/pad.git' },
  _npmUser: person,
  _nodeVersion: '22.11.0',
  gitHead: '3f0d3c2b1a',
}

export function distOf(file: string): object {
  return {
    shasum: SHASUM,
    integrity: INTEGRITY,
    tarball: `${UPSTREAM}/${file}`,
    fileCount: 9,
    unpackedSize: 9970,
    signatures: [{ keyid: 'SHA256:jl3bwswu80PjjokCgh0o2w5c2U4LhQAE57gj9cz1kzA', sig: 'MEUCIQDx' }],
  }
}

/** A package without much, the first of its versions deprecated, the last a prerelease. */
export const pad = {
  _id: 'pad',
  _rev: '52-1b6a',
  name: 'pad',
  'dist-tags': { latest: '1.3.0', next: '2.0.0-rc.1' },
  versions: {
    '1.0.0': {
      ...common,
      name: 'pad',
      version: '1.0.0',
      main: 'index.js',
      scripts: { test: 'node test' },
      deprecated: 'use String.prototype.padStart()',
      _id: 'pad@1.0.0',
      dist: distOf('pad/-/pad-1.0.0.tgz'),
    },
    '1.3.0': {
      ...common,
      name: 'pad',
      version: '1.3.0',
      scripts: { test: 'node test', prepare: 'tsc' },
      dependencies: { 'repeat-string': '^1.6.1' },
      devDependencies: { tape: '*' },
      engines: { node: '>=18' },
      funding: { url: 'https://fund.example/ann' },
      bin: { pad: 'bin.js' },
      _id: 'pad@1.3.0',
      dist: {
        ...distOf('pad/-/pad-1.3.0.tgz'),
        attestations: {
          url: `${UPSTREAM}/-/npm/v1/attestations/pad@1.3.0`,
          provenance: { predicateType: 'https://slsa.dev/provenance/v1' },
        },
      },
    },
    '2.0.0-rc.1': { ...common, name: 'pad', version: '2.0.0-rc.1', dist: distOf('pad/-/pad-2.0.0-rc.1.tgz') },
  },
  time: {
    created: '2014-03-14T02:18:51.000Z',
    '1.0.0': '2014-03-14T02:18:51.000Z',
    '1.3.0': '2026-01-10T12:00:00.000Z',
    '2.0.0-rc.1': '2025-12-01T08:30:00.123Z',
    modified: '2026-01-10T12:00:01.000Z',
  },
  maintainers: [person],
  description: 'Pads a text on its left',
  readme: '# pad\n',
  readmeFilename: 'README.md',
}

/** A compiled one for a single platform, in a scope. */
export const native = {
  name: '@build/linux-x64',
  'dist-tags': { latest: '0.25.1' },
  versions: {
    '0.25.1': {
      ...common,
      name: '@build/linux-x64',
      version: '0.25.1',
      os: ['linux'],
      cpu: ['x64'],
      libc: ['glibc'],
      preferUnplugged: true,
      bundledDependencies: ['small'],
      scripts: { postinstall: 'node check.js' },
      dist: distOf('@build/linux-x64/-/linux-x64-0.25.1.tgz'),
    },
  },
  time: {
    created: '2025-03-01T00:00:00.000Z',
    '0.25.1': '2025-03-10T00:00:00.000Z',
    modified: '2025-03-10T00:00:01.000Z',
  },
}

/** What is left of a package when all of its versions were removed. */
export const removed = {
  _id: 'gone',
  name: 'gone',
  time: {
    created: '2016-01-01T00:00:00.000Z',
    modified: '2016-03-22T21:20:00.000Z',
    '1.0.0': '2016-01-01T00:00:00.000Z',
    unpublished: { name: 'bob', time: '2016-03-22T21:20:00.000Z', tags: { latest: '1.0.0' }, versions: ['1.0.0'] },
  },
}
