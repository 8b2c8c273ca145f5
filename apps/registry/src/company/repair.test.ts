import { mkdir, readdir, readFile, rm, symlink, utimes, writeFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { startLocal } from './company.fixture.ts'
import type { LocalServer } from './company.fixture.ts'
import { ask, publish } from './publish.fixture.ts'
import type { Stored } from './storage.ts'

const PACKAGE = 'storage/@acme/a'

/** A folder with two versions of a package, which a test then damages while nothing runs. */
async function startWithTwo(): Promise<LocalServer> {
  const server = await startLocal()
  await publish(server.url, '@acme/a', '1.0.0')
  await publish(server.url, '@acme/a', '2.0.0')
  return server
}

async function read({ folder }: LocalServer): Promise<Stored> {
  return JSON.parse(await readFile(folder.join(PACKAGE, 'package.json'), 'utf8')) as Stored
}

test('drafts, locks and tarballs of no version are gone after a start, and what is published stays', async () => {
  await using server = await startWithTwo()
  const before = await read(server)
  const { folder } = server
  await folder.write({
    [`${PACKAGE}/package.json.tmp123`]: '{',
    [`${PACKAGE}/package.json.tmp-0123456789ab`]: '{',
    [`${PACKAGE}/a-3.0.0.tgz.tmp-42`]: 'x',
    [`${PACKAGE}/package.json.lock`]: '',
    [`${PACKAGE}/a-3.0.0.tgz`]: 'x',
    'tombstones.json.tmp-0123456789ab': '{',
    'storage/.verdaccio-db.json.tmp-0123456789ab': '{',
  })
  await using next = await startLocal({ path: folder.path })

  expect((await readdir(folder.join(PACKAGE))).toSorted()).toEqual(['a-1.0.0.tgz', 'a-2.0.0.tgz', 'package.json'])
  expect((await readdir(folder.path, { recursive: true })).filter((file) => file.includes('.tmp'))).toEqual([])
  expect(await read(server)).toEqual(before)
  expect(next.lines).toEqual(['warn @acme/a: removed a-3.0.0.tgz, which belongs to no version'])
  expect((await publish(next.url, '@acme/a', '3.0.0')).status).toBe(201)
})

test('a package of which nothing was written but its place is none, and can be published', async () => {
  await using server = await startLocal()
  await server.folder.write({
    'storage/@acme/empty/package.json': '',
    'storage/@acme/begun/package.json': '{"name":"@acme/begun","versions":{},"dist-tags":{},"_attachments":{}}',
  })
  await mkdir(server.folder.join('storage/@acme/bare'))
  await using next = await startLocal({ path: server.folder.path })

  expect(await readdir(server.folder.join('storage/@acme'))).toEqual([])
  for (const name of ['empty', 'begun', 'bare'])
    expect((await publish(next.url, `@acme/${name}`, '1.0.0')).status).toBe(201)
})

async function replaceByFolder(file: string): Promise<void> {
  await rm(file)
  await mkdir(file)
}

test.each([
  ['is missing', (file: string) => rm(file), 'its tarball is missing'],
  ['has other bytes', (file: string) => writeFile(file, 'x'), 'its tarball has sha512-'],
  ['is a folder', replaceByFolder, 'its tarball is no file'],
])('a version whose tarball %s is taken out, with its tags, and its number stays used', async (_what, damage, why) => {
  await using server = await startWithTwo()
  await damage(server.folder.join(PACKAGE, 'a-2.0.0.tgz'))
  await using next = await startLocal({ path: server.folder.path })
  const { versions, 'dist-tags': tags, time } = (await ask(next.url, '/@acme/a', { token: 'reader' })).body as Stored

  expect([Object.keys(versions), tags, time?.['2.0.0']]).toEqual([['1.0.0'], { latest: '1.0.0' }, undefined])
  expect(next.lines.join()).toContain(`error @acme/a@2.0.0 was taken out: ${why}`)
  expect((await ask(next.url, '/@acme/a/-/a-2.0.0.tgz', { token: 'reader' })).status).toBe(404)
  expect((await publish(next.url, '@acme/a', '2.0.0')).status).toBe(409)
})

test('a publish that was cut before its tags were set is finished', async () => {
  await using server = await startWithTwo()
  const stored = await read(server)
  await server.folder.write({
    [`${PACKAGE}/package.json`]: JSON.stringify({ ...stored, 'dist-tags': { latest: '1.0.0' } }),
    'begun/@acme%2fa.json': JSON.stringify({ name: '@acme/a', version: '2.0.0', tags: { next: '2.0.0' } }),
  })
  await using next = await startLocal({ path: server.folder.path })

  expect((await read(server))['dist-tags']).toEqual({ latest: '1.0.0', next: '2.0.0' })
  expect(await readdir(server.folder.join('begun'))).toEqual([])
  expect(next.lines).toEqual([])
})

test('a publish that was cut before its tarball was whole was never there, and can be repeated', async () => {
  await using server = await startWithTwo()
  await rm(server.folder.join(PACKAGE, 'a-2.0.0.tgz'))
  await server.folder.write({
    'begun/@acme%2fa.json': JSON.stringify({ name: '@acme/a', version: '2.0.0', tags: { latest: '2.0.0' } }),
  })
  await using next = await startLocal({ path: server.folder.path })

  expect(Object.keys((await read(server)).versions)).toEqual(['1.0.0'])
  expect((await publish(next.url, '@acme/a', '2.0.0')).status).toBe(201)
})

test('a packument that nobody can read is put aside with its tarballs, and the others are served', async () => {
  await using server = await startWithTwo()
  await publish(server.url, '@acme/b', '1.0.0')
  await server.folder.write({ [`${PACKAGE}/package.json`]: '{"name":' })
  await using next = await startLocal({ path: server.folder.path })
  const [aside = ''] = await readdir(server.folder.join('damaged'))

  expect(next.lines.join()).toContain('error @acme/a: its packument cannot be read; the whole package was moved to ')
  expect(await readdir(server.folder.join('damaged', aside))).toContain('a-1.0.0.tgz')
  expect((await ask(next.url, '/@acme/a', { token: 'reader' })).status).toBe(404)
  expect((await ask(next.url, '/@acme/b', { token: 'reader' })).status).toBe(200)
})

test('the list of packages that a crash has cut is made anew', async () => {
  await using server = await startWithTwo()
  await server.folder.write({ 'storage/.verdaccio-db.json': '{"list":["@acme' })
  await using next = await startLocal({ path: server.folder.path })

  expect((await publish(next.url, '@acme/b', '1.0.0')).status).toBe(201)
  const list = JSON.parse(await readFile(server.folder.join('storage/.verdaccio-db.json'), 'utf8')) as {
    list: string[]
  }
  expect(list.list).toEqual(['@acme/a', '@acme/b'])
})

test('bytes that an earlier start has checked are not read again', async () => {
  await using server = await startWithTwo()
  const file = server.folder.join(PACKAGE, 'a-2.0.0.tgz')
  await writeFile(file, 'x')
  await utimes(file, 1_000, 1_000)
  await using _next = await startLocal({ path: server.folder.path })

  expect(Object.keys((await read(server)).versions)).toEqual(['1.0.0', '2.0.0'])
})

test('what is linked into the store from elsewhere is no package', async () => {
  await using server = await startWithTwo()
  await using outside = await startLocal()
  await publish(outside.url, '@acme/out', '1.0.0')
  await symlink(outside.folder.join('storage/@acme/out'), server.folder.join('storage/@acme/linked'))
  await outside.folder.write({ 'storage/@acme/out/other-1.0.0.tgz': 'x' })
  await using _next = await startLocal({ path: server.folder.path })

  expect(await readdir(outside.folder.join('storage/@acme/out'))).toContain('other-1.0.0.tgz')
})

test('a list of packages that cannot be written stops the start, and what is published stays', async () => {
  await using server = await startWithTwo()
  const before = await read(server)
  await rm(server.folder.join('storage/.verdaccio-db.json'))
  await mkdir(server.folder.join('storage/.verdaccio-db.json'))

  await expect(startLocal({ path: server.folder.path })).rejects.toThrow('EISDIR')
  expect(await read(server)).toEqual(before)
})
