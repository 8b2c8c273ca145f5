import { Type } from 'typebox'
import type { Static, TSchema } from 'typebox'
import { Check } from 'typebox/value'
import { elsewhere } from './lock-file.ts'
import type { Entry } from './lock-file.ts'

const text = Type.Optional(Type.String())
const list = Type.Optional(Type.Array(Type.String()))

const place = Type.Object({
  name: text,
  version: text,
  resolved: text,
  integrity: text,
  link: Type.Optional(Type.Boolean()),
  inBundle: Type.Optional(Type.Boolean()),
  os: list,
  cpu: list,
  libc: list,
})

type Place = Static<typeof place>

/** As npm 5 and 6 wrote it: dependencies within dependencies. */
type Nested = { version: string; resolved?: string; integrity?: string; bundled?: boolean; dependencies?: Tree }
type Tree = Readonly<Record<string, Nested>>

const nested: TSchema = Type.Cyclic(
  {
    Nested: Type.Object({
      version: Type.String(),
      resolved: text,
      integrity: text,
      bundled: Type.Optional(Type.Boolean()),
      dependencies: Type.Optional(Type.Record(Type.String(), Type.Ref('Nested'))),
    }),
  },
  'Nested',
)

const flatFile = Type.Object({ lockfileVersion: Type.Number(), packages: Type.Record(Type.String(), place) })
const treeFile = Type.Object({
  lockfileVersion: Type.Number(),
  dependencies: Type.Optional(Type.Record(Type.String(), nested)),
})

/** A lock file of npm: https://docs.npmjs.com/cli/v11/configuring-npm/package-lock-json */
export function parseNpm(source: string): (Entry | undefined)[] {
  const value: unknown = JSON.parse(source)
  if (Check(flatFile, value)) return Object.entries(value.packages).map(([path, at]) => toEntry(path, at))
  if (Check(treeFile, value)) return [...eachNested((value as { dependencies?: Tree }).dependencies ?? {})]
  throw new Error('JSON of another shape')
}

const FOLDER = 'node_modules/'

/** What stands outside of `node_modules` is part of the workspace; what is bundled comes within another's tarball. */
function toEntry(path: string, at: Place): Entry | undefined {
  const { resolved, version = '', link, inBundle } = at
  if (!path.includes(FOLDER) || inBundle === true) return undefined
  const called = path.slice(path.lastIndexOf(FOLDER) + FOLDER.length)
  if (link === true) return resolved?.includes(FOLDER) === true ? elsewhere(called, resolved) : undefined
  return entryOf({ ...at, name: at.name ?? called, version, resolved })
}

function* eachNested(tree: Tree): Generator<Entry | undefined> {
  for (const [called, { version: given, resolved, integrity, bundled, dependencies }] of Object.entries(tree)) {
    const [, name = called, version = given] = /^npm:(.+)@([^@]+)$/.exec(given) ?? []
    if (bundled !== true) yield entryOf({ name, version, resolved, integrity })
    yield* eachNested(dependencies ?? {})
  }
}

type Found = Pick<Place, 'os' | 'cpu' | 'libc'> & {
  readonly name: string
  readonly version: string
  readonly resolved: string | undefined
  readonly integrity?: string | undefined
}

function entryOf({ name, version, resolved, integrity, os, cpu, libc }: Found): Entry {
  // Without `resolved`, as `omit-lockfile-registry-resolved` has it, it is a registry's.
  const isOfRegistry = /^\d/.test(version) && (resolved === undefined || /^https?:.*\/-\/.*\.tgz$/.test(resolved))
  if (!isOfRegistry) return elsewhere(`${name}@${version}`, resolved ?? version)
  return {
    is: 'package',
    locked: {
      ...{ name, version },
      ...(integrity !== undefined && { integrity }),
      ...(os && { os }),
      ...(cpu && { cpu }),
      ...(libc && { libc }),
    },
  }
}
