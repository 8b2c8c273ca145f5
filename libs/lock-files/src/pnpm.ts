import { Type } from 'typebox'
import type { Static } from 'typebox'
import { Check } from 'typebox/value'
import { parseAllDocuments } from 'yaml'
import { elsewhere } from './lock-file.ts'
import type { Entry } from './lock-file.ts'

const list = Type.Optional(Type.Array(Type.String()))

const locked = Type.Object({
  resolution: Type.Object({
    integrity: Type.Optional(Type.String()),
    tarball: Type.Optional(Type.String()),
    repo: Type.Optional(Type.String()),
    directory: Type.Optional(Type.String()),
  }),
  os: list,
  cpu: list,
  libc: list,
})

const document = Type.Object({
  lockfileVersion: Type.Union([Type.String(), Type.Number()]),
  packages: Type.Optional(Type.Record(Type.String(), locked)),
})

/** `name@version` as since version 9, `/name@version(peers)` in 6, `/name/version_peers` before. */
const ID = /^\/?((?:@[^/@]+\/)?[^/@]+)[@/](\d[^(_/]*)(?:[(_].*)?$/

/** A lock file of pnpm: a stream of documents, of which one may be about pnpm itself. https://github.com/pnpm/spec/tree/master/lockfile */
export function parsePnpm(text: string): (Entry | undefined)[] {
  const documents = parseAllDocuments(text)
  if (!Array.isArray(documents) || documents.length === 0) throw new Error('an empty file')
  return documents.flatMap((part) => {
    const [fault] = part.errors
    if (fault !== undefined) throw fault
    const value: unknown = part.toJS()
    if (!Check(document, value)) throw new Error('a document of another shape')
    return Object.entries(value.packages ?? {}).map(([id, entry]) => toEntry(id, entry))
  })
}

function toEntry(id: string, { resolution, os, cpu, libc }: Static<typeof locked>): Entry {
  const [, name, version] = ID.exec(id) ?? []
  const { integrity, tarball, repo, directory } = resolution
  if (name === undefined || version === undefined || integrity === undefined)
    return elsewhere(id, repo === undefined ? (tarball ?? directory ?? id) : `git+${repo}`)
  return {
    is: 'package',
    locked: { name, version, integrity, ...(os && { os }), ...(cpu && { cpu }), ...(libc && { libc }) },
  }
}
