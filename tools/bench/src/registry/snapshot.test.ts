import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { createFolder, listenOnFreePort } from '@mochi/testing'
import { expect, test } from 'vitest'
import { createSnapshotServer } from './snapshot.ts'

test('what a client gets of a registry is there as files, and all that it follows goes through the snapshot', async () => {
  await using folder = await createFolder()
  const accepts: (string | undefined)[] = []
  await using registry = await listenOnFreePort(
    createServer(({ url = '', headers }, response) => {
      accepts.push(headers.accept)
      if (url.endsWith('.tgz')) response.end('its bytes')
      else if (url === '/@some%2fpart') response.end(`{"tarball":"${registry.url}/@some/part/-/part-1.0.0.tgz"}`)
      else response.writeHead(404).end('none')
    }),
  )
  const nginx = { url: 'http://127.0.0.1:1', file: (name: string) => folder.join(name) }
  await using snapshot = await listenOnFreePort(createSnapshotServer({ registry: registry.url, nginx }))

  const packument = await fetch(`${snapshot.url}/@some%2fpart`, { headers: { accept: 'brief' } })
  const { tarball } = (await packument.json()) as { tarball: string }
  expect(tarball).toBe(`${snapshot.url}/@some/part/-/part-1.0.0.tgz`)
  expect(await (await fetch(tarball)).text()).toBe('its bytes')
  expect((await fetch(`${snapshot.url}/nothing`)).status).toBe(404)

  expect(accepts[0]).toBe('brief')
  const moved = `{"tarball":"${nginx.url}/tarballs/@some/part/-/part-1.0.0.tgz"}`
  expect(await readFile(folder.join('@some/part'), 'utf8')).toBe(moved)
  expect(await readFile(folder.join('tarballs/@some/part/-/part-1.0.0.tgz'), 'utf8')).toBe('its bytes')
})

test('a registry that is away is said to be', async () => {
  await using folder = await createFolder()
  const nginx = { url: 'http://127.0.0.1:1', file: (name: string) => folder.join(name) }
  await using snapshot = await listenOnFreePort(createSnapshotServer({ registry: 'http://127.0.0.1:1', nginx }))
  expect((await fetch(`${snapshot.url}/part`)).status).toBe(502)
})
