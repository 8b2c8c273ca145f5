import { resolve } from 'node:path'
import { readLock } from '@mochi/toolchain/lock-file'
import type { Artifact } from '@mochi/toolchain/lock-file'
import type { WantedArchive } from '../mirror/archives.ts'
import type { Wanted, WantedVersion } from './wanted.ts'

/** What `toolchain.lock` wants, for all platforms. */
export type ToolchainLock = {
  readonly isEmpty: boolean
  /** Rejects for one that is not there, or damaged. */
  read(): Promise<{ readonly wanted: Wanted; readonly archives: readonly WantedArchive[] }>
}

const NPM = 'npm:'
const SITE = 'node-site:'

/** `file` is absolute, or relative to the workspace; empty: nothing is wanted. */
export function openToolchainLock(workspace: string, file: string): ToolchainLock {
  return {
    isEmpty: file === '',
    read: async () => {
      const artifacts = file === '' ? [] : (await readLock(resolve(workspace, file))).artifacts
      return { wanted: wantedOf(artifacts, file), archives: archivesOf(artifacts) }
    },
  }
}

/** The same archive may stand there for several platforms. */
function wantedOf(artifacts: readonly Artifact[], by: string): Wanted {
  const packages = new Map<string, Map<string, WantedVersion>>()
  for (const { source, digest } of artifacts) {
    if (!source.startsWith(NPM)) continue
    const at = source.lastIndexOf('@')
    const [name, version] = [source.slice(NPM.length, at), source.slice(at + 1)]
    const integrity = `sha512-${Buffer.from(digest.replace('sha512:', ''), 'hex').toString('base64')}`
    packages.set(
      name,
      (packages.get(name) ?? new Map<string, WantedVersion>()).set(version, { version, integrity, by }),
    )
  }
  return { packages: new Map([...packages].map(([name, all]) => [name, [...all.values()]])), unobtainable: [] }
}

function archivesOf(artifacts: readonly Artifact[]): WantedArchive[] {
  return artifacts.flatMap(({ source, digest }) =>
    source.startsWith(SITE) ? [{ path: source.slice(SITE.length), sha256: digest.replace('sha256:', '') }] : [],
  )
}
