import { isMochiError } from '@mochi/errors'
import { workspaceRoot } from '@mochi/testing'
import fc from 'fast-check'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { formatLock, parseLock, readLock } from './lock-file.ts'
import type { LockBody } from './lock-file.ts'
import { PLATFORMS } from './platforms.ts'

const hex = (length: number) => fc.stringMatching(new RegExp(`^[0-9a-f]{${length}}$`))
const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,12}$/)
const version = fc.stringMatching(/^[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}(-rc\.[0-9])?$/)
const path = fc
  .array(fc.stringMatching(/^[A-Za-z0-9_@+][A-Za-z0-9_@+.-]{0,8}$/), { minLength: 1, maxLength: 3 })
  .map((all) => all.join('/'))
const platform = fc.constantFrom(...PLATFORMS)
const sha256 = hex(64).map((digits) => `sha256:${digits}`)
const artifact = fc.record({
  tool: name,
  version,
  platform,
  source: fc.oneof(
    fc.tuple(name, version).map(([a, b]) => `npm:${a}@${b}`),
    fc.tuple(name, name, version).map(([scope, a, b]) => `npm:@${scope}/${a}@${b}`),
    path.map((at) => `node-site:${at.replaceAll('@', '_')}`),
  ),
  digest: fc.oneof(
    sha256,
    hex(128).map((digits) => `sha512:${digits}`),
  ),
  keep: fc.oneof(fc.constant(['.']), fc.array(path, { minLength: 1, maxLength: 3 })),
  links: fc.dictionary(name, path, { minKeys: 1, maxKeys: 3 }),
})
const body: fc.Arbitrary<LockBody> = fc.record({
  artifacts: fc.uniqueArray(artifact, {
    maxLength: 6,
    selector: ({ tool, platform: on, source }) => `${tool} ${on} ${source}`,
  }),
  contents: fc.array(fc.record({ tool: name, version, platform, path, digest: sha256 }), { maxLength: 6 }),
  scripts: fc.uniqueArray(fc.record({ name, digest: sha256 }), { maxLength: 3, selector: (at) => at.name }),
})

test('what was written reads as what it was made of', () => {
  fc.assert(
    fc.property(body, (lock) => {
      const { generation, ...read } = parseLock(formatLock(lock))
      expect(JSON.parse(JSON.stringify(read))).toEqual(JSON.parse(JSON.stringify(lock)))
      expect(generation).toMatch(/^[0-9a-f]{16}$/)
      expect(formatLock(read)).toBe(formatLock(lock))
    }),
  )
})

test('no byte can be changed without notice', () => {
  const text = formatLock({
    artifacts: [],
    contents: [],
    scripts: [{ name: 'hello', digest: `sha256:${'0'.repeat(64)}` }],
  })
  for (let at = 0; at < text.length; at++) {
    const changed = text.slice(0, at) + (text[at] === '1' ? '2' : '1') + text.slice(at + 1)
    expect(() => parseLock(changed), changed).toThrow(/damaged/)
  }
})

test('the lock of this repository is what it would be written as', async () => {
  const file = join(workspaceRoot, 'toolchain/toolchain.lock')
  expect(formatLock(await readLock(file))).toBe(await readFile(file, 'utf8'))
})

describe('a damaged lock', () => {
  const good = 'artifact a 1.0.0 linux-x64 npm:a@1.0.0 sha256:' + 'a'.repeat(64) + ' . a=bin/a'
  const faultsOf = (text: string): unknown => {
    try {
      parseLock(text, 'toolchain.lock')
    } catch (error) {
      if (isMochiError(error)) return error.facts['faults']
    }
    return undefined
  }
  const bodyFaults = (...lines: string[]) =>
    (faultsOf(`generation 0000000000000000\n${lines.join('\n')}\n`) as string[]).slice(1)

  test('names every fault by its line at once', () => {
    expect(bodyFaults(good, 'artefact', good.replace('linux-x64', 'windows-x64'), 'script hello sha256:1', '')).toEqual(
      [
        '3: expected a line that begins with artifact, content or script, found "artefact"',
        '4: not a platform (linux-x64, linux-arm64, darwin-x64, darwin-arm64): windows-x64',
        '5: not a SHA-256: sha256:1',
        '6: expected a line that begins with artifact, content or script, found ""',
      ],
    )
  })

  test.each([
    ['a field too few', good.replace(' . ', ' '), 'an artifact line has 7 fields after its first word, this one 6'],
    ['a path that leads out', good.replace(' . ', ' bin,../x '), 'not a path inside an archive: ../x'],
    ['an absolute link', good.replace('a=bin/a', 'a=/bin/a'), 'not a list of links: a=/bin/a'],
    ['a link without a path', good.replace('a=bin/a', 'a'), 'not a list of links: a'],
    ['the same link twice', good.replace('a=bin/a', 'a=b,a=c'), 'not a list of links: a=b,a=c'],
    ['an address as a source', good.replace('npm:a@1.0.0', 'https://host/a.tgz'), 'not a source: https://host/a.tgz'],
    ['a source that leads out', good.replace('npm:a@1.0.0', 'npm:../a@1.0.0'), 'not a source: npm:../a@1.0.0'],
    ['a short digest', good.replace('a'.repeat(64), 'a'.repeat(63)), `not a digest: sha256:${'a'.repeat(63)}`],
    ['a tool that is a path', good.replace('artifact a', 'artifact ../a'), "not a tool's name: ../a"],
    ['a version that is a path', good.replace('a 1.0.0', 'a 1/../2'), 'not a version: 1/../2'],
  ])('%s is refused', (_, line, fault) => {
    expect(bodyFaults(line)).toEqual([`2: ${fault}`])
  })

  test('the same source twice is refused', () => {
    expect(bodyFaults(good, good)).toEqual(['3: a for linux-x64 from npm:a@1.0.0 stands twice'])
  })

  test('a lock without its first line, and one without its last line end, say so', () => {
    expect(faultsOf(`${good}\n`)).toEqual(['1: expected "generation" and 16 hexadecimal digits'])
    expect(faultsOf('generation e3b0c44298fc1c14')).toEqual(['1: the last line must end with a line feed'])
  })
})

test('a lock that is absent says where it was expected', async () => {
  await expect(readLock('/nowhere/toolchain.lock')).rejects.toMatchObject({
    code: 'TOOLCHAIN_LOCK_ABSENT',
    where: '/nowhere/toolchain.lock',
  })
})
