import { watch } from 'node:fs'
import { mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { createFolder, createRandom, seedFromEnvironment, soakCount, startProcess } from '@mochi/testing'
import type { Folder } from '@mochi/testing'
import { expect, test } from 'vitest'
import { ask, distOf, publish } from './publish.fixture.ts'
import type { Stored } from './storage.ts'

/** Only against hanging: each round starts a process on a machine that may be busy. Milliseconds. */
const PATIENCE = soakCount(10) * 20_000
const PROGRAM = join(import.meta.dirname, 'company-program.fixture.ts')
/** Publishes of one round. */
const EACH = 8

async function start(folder: Folder, isNaive: boolean) {
  const server = startProcess(process.execPath, [PROGRAM, folder.path, ...(isNaive ? ['naive'] : [])])
  const url = /http:\/\/\S+/.exec(await server.waitFor(/listens on http:\/\/\S+/))?.[0] ?? ''
  return Object.assign(server, { url })
}

/** `@acme/0 1.3.0`: what is published in round 3, with a tag of its own. */
type Wanted = { readonly name: string; readonly version: string; readonly tag: string; readonly bytes: string }

function wantedOf(round: number): Wanted[] {
  return Array.from({ length: EACH }, (_, index) => {
    const version = `1.${round}.${index}`
    // Some packages are new, some are there already.
    const name = index % 2 === 0 ? '@acme/old' : `@acme/new-${round}-${index}`
    return { name, version, tag: `tag-${round}-${index}`, bytes: `${name} ${version} `.repeat(2_000) }
  })
}

/** Publishes until the process is killed, when files in its store have changed `changes` times; gives what was answered. */
async function publishUntilKilled(folder: Folder, round: number, options: { changes: number; isNaive: boolean }) {
  await using server = await start(folder, options.isNaive)
  const state = { left: options.changes }
  // Once it answers, what was wrong before has been put right.
  await ask(server.url, '/@acme/none', { token: 'reader' })
  const watcher = watch(folder.join('company/storage'), { recursive: true }, () => {
    state.left -= 1
    if (state.left === 0) server.kill('SIGKILL')
  })
  const answers = await Promise.all(
    wantedOf(round).map(async ({ name, version, tag, bytes }) => {
      const answer = await publish(server.url, name, version, {
        bytes,
        tags: { latest: version, [tag]: version },
      }).catch(() => undefined)
      return answer?.status === 201 ? [version] : []
    }),
  )
  watcher.close()
  server.kill('SIGKILL')
  await server.ended
  return answers.flat()
}

async function findFaults(isNaive: boolean): Promise<string[]> {
  await using folder = await createFolder()
  await mkdir(folder.join('company/storage'), { recursive: true })
  const random = createRandom(seedFromEnvironment())
  const answered = new Set<string>()
  const rounds = soakCount(10)
  for (let round = 0; round < rounds; round += 1) {
    const changes = random.integer(1, EACH * 12)
    for (const version of await publishUntilKilled(folder, round, { changes, isNaive })) answered.add(version)
  }
  await using server = await start(folder, isNaive)
  const faults: string[] = []
  for (let round = 0; round < rounds; round += 1) {
    for (const wanted of wantedOf(round)) {
      const fault = await faultOf(server.url, wanted, answered.has(wanted.version))
      if (fault !== undefined) faults.push(`${wanted.name}@${wanted.version} ${fault}`)
    }
  }
  return [...faults, ...(await strayFiles(folder))]
}

/** Published as a whole, or not at all and to be published now. */
async function faultOf(url: string, wanted: Wanted, wasAnswered: boolean): Promise<string | undefined> {
  const { name, version, tag, bytes } = wanted
  const file = `${name.slice('@acme/'.length)}-${version}.tgz`
  const packument = await ask(url, `/${name}`, { token: 'reader' })
  const tarball = await ask(url, `/${name}/-/${file}`, { token: 'reader' })
  if (packument.status !== 200 && packument.status !== 404) return `cannot be read: ${packument.text}`
  const stored = packument.status === 200 ? (packument.body as Stored) : undefined
  const found = stored?.versions[version]
  if (found === undefined) {
    if (wasAnswered) return 'was answered and is lost'
    if (tarball.status !== 404) return 'has a tarball and is no version'
    const again = await publish(url, name, version, { bytes, tags: { [tag]: version } })
    return again.status === 201 ? undefined : `cannot be published: ${again.text}`
  }
  if (stored?.['dist-tags'][tag] !== version) return 'is there without its tag'
  if (tarball.text !== bytes || found.dist.integrity !== distOf(bytes, file).integrity) return 'has other bytes'
  return undefined
}

async function strayFiles(folder: Folder): Promise<string[]> {
  const files = await readdir(folder.join('company/storage'), { recursive: true, withFileTypes: true })
  const known = /^(?:package\.json|\.verdaccio-db\.json|[\w-]+-1\.\d+\.\d+\.tgz)$/
  return files.filter((entry) => entry.isFile() && !known.test(entry.name)).map(({ name }) => `${name} was left`)
}

test(
  'killed at any moment of publishes, every version is there as a whole or not at all, and the next start needs nobody',
  async () => {
    expect(await findFaults(false)).toEqual([])
  },
  PATIENCE,
)

test(
  'a store that repairs nothing but locks at its start is caught',
  async () => {
    expect(await findFaults(true)).not.toEqual([])
  },
  PATIENCE,
)
