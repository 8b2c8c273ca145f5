import { createHash } from 'node:crypto'
import { listenOnFreePort } from '@mochi/testing'
import { expect, test } from 'vitest'
import { createArtifactServer, downloadArtifacts } from './artifact-server.ts'

const archives = new Map([
  ['/npm/-/npm-12.2.0.tgz', Buffer.from('an archive')],
  ['/@pnpm/exe/-/exe-12.4.2.tgz', Buffer.from('another one')],
])

const npm = { source: 'npm:npm@12.2.0', digest: digestOf('sha512', 'an archive') }
const pnpm = { source: 'npm:@pnpm/exe@12.4.2', digest: digestOf('sha256', 'another one') }

test('what was downloaded is served as the registry serves it, and nothing else', async () => {
  await using registry = await listenOnFreePort(createArtifactServer(archives))
  const downloaded = await downloadArtifacts([npm, pnpm], `${registry.url}/`)
  expect(downloaded).toEqual(archives)

  await using copy = await listenOnFreePort(createArtifactServer(downloaded))
  const response = await fetch(`${copy.url}/@pnpm%2fexe/-/exe-12.4.2.tgz`)
  expect(await response.text()).toBe('another one')
  expect(response.headers.get('content-length')).toBe('11')
  expect((await fetch(`${copy.url}/npm`)).status).toBe(404)
})

test('an archive that is not the one of the lock is not measured with', async () => {
  await using registry = await listenOnFreePort(createArtifactServer(archives))
  const { digest } = pnpm
  await expect(downloadArtifacts([{ ...npm, digest }], registry.url)).rejects.toThrow(
    /^npm:npm@12\.2\.0: the digest is [0-9a-f]{64} and should be [0-9a-f]{64}$/,
  )
})

test('an archive that the registry does not have is named', async () => {
  await using registry = await listenOnFreePort(createArtifactServer(new Map()))
  await expect(downloadArtifacts([npm], registry.url)).rejects.toThrow('npm:npm@12.2.0: the registry answered 404')
})

function digestOf(algorithm: string, text: string): string {
  return `${algorithm}:${createHash(algorithm).update(text).digest('hex')}`
}
