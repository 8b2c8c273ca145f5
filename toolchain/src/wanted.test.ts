import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { LocatedFault } from '@mochi/config'
import { isMochiError } from '@mochi/errors'
import type { MochiError } from '@mochi/errors'
import { createFolder, workspaceRoot } from '@mochi/testing'
import { expect, test } from 'vitest'
import { PLATFORMS } from './platforms.ts'
import { renderWantedSchema, wantedSchemaPath } from './wanted-schema.ts'
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

test('what is left out is filled in', () => {
  const { tools } = parseWanted(JSON.stringify(minimal))
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
  "platforms": ["linux-x64", "windows"],
  "cooldownHours": -1,
  "colour": "blue",
  "tools": {
    "one": { "version": "latest", "package": { "linux-x64": "a" }, "links": { "one": "../x" } },
    "two": { "version": "1.2.3", "package": 2, "keep": ["lib"], "links": { "one": "bin/x" }, "site": "yes" },
    "Two": { "version": "1.2.3", "package": "A", "links": {}, "kep": [] }
  }
}`
  const platforms = 'the key "linux-arm64" (The name of a package of the registry)'
  expect(faultsOf(text)).toEqual([
    '2:16 expected a list of exactly 4 entries, found a list of 2 entries',
    '2:30 expected "linux-x64", "linux-arm64", "darwin-x64" or "darwin-arm64", found the text "windows"',
    '3:20 expected a number of at least 0, found the number -1',
    '4:3 expected a key that is "$schema", "platforms", "cooldownHours" or "tools", found "colour"',
    '6:25 expected an exact version, like "1.2.3", found the text "latest"',
    `6:46 expected ${platforms}, found an object without it`,
    ...['darwin-x64', 'darwin-arm64'].map(
      (platform) => `6:46 expected ${platforms.replace('linux-arm64', platform)}, found an object without it`,
    ),
    '6:86 expected a path below the top folder of the archive, like "bin/node", found the text "../x"',
    '7:45 expected the name of a package ("npm", "@scope/name") or an object, found the number 2',
    '7:76 expected a command that no other tool links, found "one", which "one" links',
    '7:83 expected a path that "keep" unpacks, which is "lib", found "bin/x"',
    '7:102 expected true or false, found the text "yes"',
    '8:5 expected a key: lower-case letters, digits and + . _ -, beginning with a letter or digit, found "Two"',
    '8:45 expected the name of a package ("npm", "@scope/name"), found the text "A"',
    '8:59 expected an object with at least one entry, found an empty object',
    '8:63 expected a key that is "version", "package", "keep", "links" or "site", found "kep"; did you mean "keep"?',
  ])
})

test('a comment is a fault: the file is plain JSON', () => {
  expect(faultsOf(`// what we want\n${JSON.stringify(minimal)}`)).toEqual([
    '1:1 expected plain JSON, which has no comments, found "// what we want"',
  ])
})

test('the error shows the line of each fault', () => {
  const text = JSON.stringify(minimal, null, 2).replace('1.0.0', 'latest')
  expect(refusalOf(text)).toMatchObject({
    code: 'TOOLCHAIN_WANTED_INVALID',
    where: 'toolchain.json:11:18',
    message: `toolchain.json has a fault:

toolchain.json:11:18 expected an exact version, like "1.2.3", found the text "latest"
  11 |       "version": "latest",
     |                  ^^^^^^^^`,
  })
})

test('a file that is absent, and one that cannot be read, are errors of their own', async () => {
  await using folder = await createFolder({ 'folder/x': '' })
  await expect(readWanted(folder.join('absent.json'))).rejects.toMatchObject({
    code: 'TOOLCHAIN_WANTED_ABSENT',
    where: folder.join('absent.json'),
  })
  await expect(readWanted(folder.join('folder'))).rejects.toMatchObject({ code: 'CONFIG_UNREADABLE' })
})

test('toolchain.schema.json is not stale: `./mochi check --fix` renders it anew', async () => {
  expect(await readFile(wantedSchemaPath, 'utf8')).toBe(renderWantedSchema())
})

function faultsOf(text: string): string[] {
  const faults = refusalOf(text).facts['faults'] as LocatedFault[]
  return faults.map(({ line, column, expected, found, suggestion }) => {
    const meant = suggestion === undefined ? '' : `; did you mean ${suggestion}?`
    return `${line}:${column} expected ${expected}, found ${found}${meant}`
  })
}

function refusalOf(text: string): MochiError {
  try {
    parseWanted(text)
  } catch (error) {
    if (isMochiError(error)) return error
  }
  throw new Error('The text was expected to be refused.')
}
