import { Buffer } from 'node:buffer'
import { createHash } from 'node:crypto'
import { PLATFORMS } from '../platforms.ts'
import { startArtifactServer } from './artifact-server.ts'
import type { ArtifactServer } from './artifact-server.ts'
import { packageMembers, packTarball } from './tarball.ts'

/** One published version. */
export type Publication = {
  version?: string
  files?: Readonly<Record<string, string>>
  /** The bytes themselves, instead of an archive of `files`. */
  tarball?: Buffer
  /** When it was published; default: long ago. `null`: the registry does not say. */
  time?: string | null
  /** Fields of the manifest; `dist` replaces the true digest. */
  manifest?: Readonly<Record<string, unknown>>
}

/** A registry made up by a test: documents and tarballs as a real one has them, any answer of which can be replaced. */
export type TestRegistry = AsyncDisposable & {
  readonly server: ArtifactServer
  readonly url: string
  /** Adds a version; the document of the package then has it too. */
  publish(name: string, publication?: Publication): void
  /** The same version of `name-<platform>` for each platform, with its platform in the file. */
  publishTool(name: string, publication?: Publication): void
  /** Node's site, below `/dist` of the same server: archives of one version and the list of their digests. */
  publishSite(version: string, files: (platform: string) => Readonly<Record<string, string>>): void
  /** The paths asked for since the last call. */
  takeRequests(): string[]
}

export const LONG_AGO = '2026-01-01T00:00:00.000Z'

export async function startRegistry(server?: ArtifactServer): Promise<TestRegistry> {
  const own = server ?? (await startArtifactServer())
  const documents = new Map<string, { versions: Record<string, unknown>; time: Record<string, string> }>()
  let taken = 0
  const publish = (name: string, publication: Publication = {}): void => {
    const { version = '1.0.0', files = { [`bin/${name}`]: `${name} ${version}\n` } } = publication
    const tarball = publication.tarball ?? packTarball(packageMembers(files))
    const document = documents.get(name) ?? { versions: {}, time: {} }
    documents.set(name, document)
    const integrity = `sha512-${createHash('sha512').update(tarball).digest('base64')}`
    const manifest = { name, version, dist: { integrity }, ...publication.manifest }
    document.versions[version] = manifest
    if (publication.time !== null) document.time[version] = publication.time ?? LONG_AGO
    const path = `/${name.replace('/', '%2f')}`
    own.answers.set(path, Buffer.from(JSON.stringify({ name, ...document })))
    own.answers.set(`${path}/${version}`, Buffer.from(JSON.stringify(manifest)))
    own.answers.set(`/${name}/-/${name.split('/').at(-1) ?? name}-${version}.tgz`, tarball)
  }
  return {
    server: own,
    url: own.url,
    publish,
    publishTool: (name, publication) => {
      for (const platform of PLATFORMS)
        publish(`${name}-${platform}`, {
          files: { [`bin/${name}`]: `${name} for ${platform}\n`, LICENSE: 'free\n' },
          ...publication,
        })
    },
    publishSite: (version, files) => {
      const lines = PLATFORMS.map((platform) => {
        const name = `node-v${version}-${platform}.tar.gz`
        const tarball = packTarball(packageMembers(files(platform), `node-v${version}-${platform}`))
        own.answers.set(`/dist/v${version}/${name}`, tarball)
        return `${createHash('sha256').update(tarball).digest('hex')}  ${name}\n`
      })
      own.answers.set(`/dist/v${version}/SHASUMS256.txt`, Buffer.from(lines.join('')))
    },
    takeRequests: () => {
      const paths = own.requests.items.map(({ path }) => path)
      const fresh = paths.slice(taken)
      taken = paths.length
      return fresh
    },
    [Symbol.asyncDispose]: () => own[Symbol.asyncDispose](),
  }
}
