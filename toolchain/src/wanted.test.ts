import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isMochiError } from '@mochi/errors'
import { workspaceRoot } from '@mochi/testing'
import { expect, test } from 'vitest'
import { PLATFORMS } from './platforms.ts'
import { formatWantedSchema } from './wanted-schema.ts'
import { parseWanted, readWanted } from './wanted.ts'

const minimal = {
  platforms: PLATFORMS,
  cooldownHours: 24,
  tools: { one: { version: '1.0.0', package: '@x/one', links: { one: 'bin/one' } } },
}

test('toolchain.json of this repository reads, and names a package for every platform', async () => {
  const { tools, cooldownHours } = await readWanted(join(workspaceRoot, 'toolchain/toolchain.json'))
  expect(cooldownHours).toBe(24)
  expect(tools.map(({ name }) => name)).toEqual(expect.arrayContaining(['node', 'npm', 'pnpm', 'ripgrep', 'lefthook']))
  for (const { packages } of tools) expect(Object.keys(packages)).toEqual([...PLATFORMS])
})

test('what is left out is filled in, and comments are allowed', () => {
  const { tools } = parseWanted(`// what we want\n${JSON.stringify(minimal)}`)
  expect(tools).toEqual([
    {
      name: 'one',
      version: '1.0.0',
      packages: Object.fromEntries(PLATFORMS.map((platform) => [platform, '@x/one'])),
      keep: ['.'],
      links: { one: 'bin/one' },
      site: false,
    },
  ])
})

test('every fault is reported at once, each with its line and column', () => {
  const text = `{
  "platforms": ["linux-x64"],
  "cooldownHours": -1,
  "colour": "blue",
  "tools": {
    "one": { "version": "latest", "package": { "linux-x64": "a" }, "links": { "one": "../x" } },
    "two": { "version": "1.2.3", "package": "b", "keep": ["lib"], "links": { "one": "bin/x" } }
  }
}`
  expect(faultsOf(text).sort()).toEqual([
    '2:3: platforms must not have fewer than 4 items',
    '3:3: cooldownHours must be >= 0',
    '4:3: the document has no property "colour"',
    expect.stringContaining('6:14: tools.one.version must match pattern') as string,
    '6:35: tools.one.package must be string',
    '6:35: tools.one.package must have required properties linux-arm64, darwin-x64, darwin-arm64',
    expect.stringContaining('6:79: tools.one.links.one must match pattern') as string,
    '7:78: bin/x is linked but not kept',
    '7:78: one links the command one already',
  ])
})

test('text that is no JSON is pointed at', () => {
  expect(faultsOf('{\n  "tools": {,}\n}')).toContain('2:13: value expected')
  expect(faultsOf('')).toEqual(['1:1: value expected'])
})

test('a file that is absent is an error of its own place', async () => {
  await expect(readWanted('/nowhere/toolchain.json')).rejects.toMatchObject({ where: '/nowhere/toolchain.json' })
})

test('the schema for editors is the one that checks (else: node src/write-schema.ts)', async () => {
  const written: unknown = JSON.parse(await readFile(join(workspaceRoot, 'toolchain/toolchain.schema.json'), 'utf8'))
  expect(written).toEqual(JSON.parse(formatWantedSchema()))
})

function faultsOf(text: string): string[] {
  try {
    parseWanted(text)
  } catch (error) {
    if (isMochiError(error)) return error.facts['faults'] as string[]
  }
  throw new Error('The text was expected to be refused.')
}
