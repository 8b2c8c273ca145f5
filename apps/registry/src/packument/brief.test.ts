import { expect, test } from 'vitest'
import { renderBrief } from './brief.ts'
import { parsePackument } from './packument.ts'

const document = {
  name: 'a',
  readme: 'long',
  'dist-tags': { latest: '1.0.0', next: '2.0.0-rc.1' },
  time: { created: '2020-01-01T00:00:00.000Z', '1.0.0': '2020-01-02T00:00:00.000Z' },
  versions: {
    '1.0.0': {
      name: 'a',
      version: '1.0.0',
      dependencies: { b: '1' },
      dist: {
        tarball: 'https://registry.example/a.tgz',
        integrity: 'sha512-a',
        shasum: 'b',
        fileCount: 3,
        signatures: [{}],
      },
    },
    '2.0.0-rc.1': { name: 'a', version: '2.0.0-rc.1', dist: { tarball: 'https://registry.example/b.tgz' } },
    '3.0.0': { name: 'another', version: '3.0.0' },
  },
}

test('the brief form of a packument says of tags, times and bytes what the packument says, and no more', () => {
  const whole = parsePackument('a', JSON.stringify(document))
  const text = renderBrief(whole)
  const brief = parsePackument('a', text)

  expect(brief.packument['dist-tags']).toEqual(whole.packument['dist-tags'])
  expect(brief.packument.time).toEqual(whole.packument.time)
  expect(brief.packument.versions).toEqual({
    '1.0.0': {
      name: 'a',
      version: '1.0.0',
      dist: { tarball: 'https://registry.example/a.tgz', integrity: 'sha512-a', shasum: 'b', signatures: [{}] },
    },
    '2.0.0-rc.1': { name: 'a', version: '2.0.0-rc.1', dist: { tarball: 'https://registry.example/b.tgz' } },
  })
  expect(text).not.toMatch(/readme|dependencies|fileCount/)
})

test('what is broken in a packument is broken in its brief form', () => {
  const whole = parsePackument('a', JSON.stringify(document))
  const brief = parsePackument('a', renderBrief(whole))

  expect(brief.broken.map(({ version }) => version)).toEqual(whole.broken.map(({ version }) => version))
})
