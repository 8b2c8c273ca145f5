import { readFile } from 'node:fs/promises'
import { Type } from 'typebox'
import { Check } from 'typebox/value'
import { parseAllDocuments } from 'yaml'
import { errors } from './errors.ts'
import type { Restriction } from './platform-cover.ts'

const dependencies = Type.Optional(Type.Record(Type.String(), Type.String()))
const list = Type.Optional(Type.Array(Type.String()))
const direct = Type.Optional(Type.Record(Type.String(), Type.Object({ version: Type.String() })))

const document = Type.Object({
  importers: Type.Optional(Type.Record(Type.String(), Type.Object({ optionalDependencies: direct }))),
  packages: Type.Optional(Type.Record(Type.String(), Type.Object({ os: list, cpu: list, libc: list }))),
  snapshots: Type.Optional(Type.Record(Type.String(), Type.Object({ optionalDependencies: dependencies }))),
})

/** A package that lists optional dependencies: `name@version`, or a project of the workspace by its folder. */
export type Parent = { id: string; optional: readonly string[] }

/** What `pnpm-lock.yaml` says about optional packages. Ids are `name@version`, without the peers behind. */
export type PnpmLock = {
  packages: ReadonlyMap<string, Restriction>
  parents: readonly Parent[]
}

/** Reads a lock file of pnpm. Error: TOOLCHAIN_PNPM_LOCK_UNREADABLE. */
export async function readPnpmLock(file: string): Promise<PnpmLock> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw errors.TOOLCHAIN_PNPM_LOCK_UNREADABLE({ file, reason: 'no readable file' }, { cause })
  })
  return parsePnpmLock(text, file)
}

/**
 * Parses a lock file of pnpm (format 9): a stream of documents, the first of which is about pnpm itself.
 * Error: TOOLCHAIN_PNPM_LOCK_UNREADABLE.
 */
export function parsePnpmLock(text: string, file = 'pnpm-lock.yaml'): PnpmLock {
  const documents = parseAllDocuments(text)
  if (!Array.isArray(documents) || documents.length === 0)
    throw errors.TOOLCHAIN_PNPM_LOCK_UNREADABLE({ file, reason: 'an empty file' })
  const packages = new Map<string, Restriction>()
  const parents: Parent[] = []
  for (const part of documents) {
    const [fault] = part.errors
    if (fault !== undefined) throw errors.TOOLCHAIN_PNPM_LOCK_UNREADABLE({ file, reason: fault.message })
    const value: unknown = part.toJS()
    if (!Check(document, value))
      throw errors.TOOLCHAIN_PNPM_LOCK_UNREADABLE({ file, reason: 'a document of another shape' })
    for (const [id, restriction] of Object.entries(value.packages ?? {})) packages.set(id, restriction)
    for (const [folder, { optionalDependencies }] of Object.entries(value.importers ?? {}))
      parents.push({
        id: folder,
        optional: Object.entries(optionalDependencies ?? {}).map(([name, { version }]) => toId(name, version)),
      })
    for (const [id, { optionalDependencies }] of Object.entries(value.snapshots ?? {}))
      parents.push({
        id: withoutPeers(id),
        optional: Object.entries(optionalDependencies ?? {}).map(([name, version]) => toId(name, version)),
      })
  }
  return { packages, parents: parents.filter(({ optional }) => optional.length > 0) }
}

/** `name@version` of an id; a scope's `@` is not the separator. */
export function splitId(id: string): { name: string; version: string } {
  const at = id.indexOf('@', 1)
  return at === -1 ? { name: id, version: '' } : { name: id.slice(0, at), version: id.slice(at + 1) }
}

/** A dependency's version may be an alias, `other-name@1.0.0`, and may have peers behind it in parentheses. */
function toId(name: string, version: string): string {
  const plain = withoutPeers(version)
  return plain.includes('@', 1) ? plain : `${name}@${plain}`
}

function withoutPeers(id: string): string {
  const at = id.indexOf('(')
  return at === -1 ? id : id.slice(0, at)
}
