import { Final } from '@mochi/mirror'
import type { Plan, PlanItem, Work } from '@mochi/mirror'
import { maxSatisfying, validRange } from 'semver'
import { scopeOf } from '../names/package-name.ts'
import { readLines } from '../packument/lines.ts'
import type { Manifest } from '../packument/packument.ts'
import { applyPackage, planPackages } from './package-items.ts'
import type { PackagesParts } from './package-items.ts'
import type { WantedVersion } from './wanted.ts'

/** A package of the list, and a range or a dist-tag. */
export type Listed = { readonly name: string; readonly range: string }

export type ListedItem = PlanItem & { readonly listed: Listed }

export type ListedParts = PackagesParts & { readonly scopes: readonly string[] }

export function parseListed(texts: readonly string[]): Listed[] {
  return texts.map((text) => {
    const at = text.indexOf('@', 1)
    return { name: text.slice(0, at), range: text.slice(at + 1) }
  })
}

/** What a list wants, as far as it can be said of what is held: a package that is not held is one file, and what it depends on shows once it is. */
export async function planListed(parts: ListedParts, listed: readonly Listed[]): Promise<Plan<ListedItem>> {
  const plans = await Promise.all(
    listed.map(async (each) => {
      const { versions, unknown } = await resolveListed(parts, [each])
      const { wanted, held } = await planPackages(parts, { packages: versions, unobtainable: [] })
      const fetches = wanted - held + unknown
      const id = `${each.name}@${each.range}`
      const item = { id, what: `resolve ${id}, with what it depends on`, fetches, listed: each }
      return { wanted: wanted + unknown, held, item }
    }),
  )
  const sum = (of: (plan: (typeof plans)[number]) => number): number => plans.reduce((all, plan) => all + of(plan), 0)
  return {
    wanted: sum(({ wanted }) => wanted),
    held: sum(({ held }) => held),
    items: plans.map(({ item }) => item),
    unobtainable: [],
  }
}

/** What a list names of what is held, and how many packages are not held that it leads to. */
export async function resolveListed(
  parts: ListedParts,
  listed: readonly Listed[],
): Promise<{ versions: Map<string, WantedVersion[]>; unknown: number }> {
  const versions = new Map<string, WantedVersion[]>()
  const unknown = new Set<string>()
  const queue = [...listed]
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    const { name } = next
    const manifest = await findManifest(parts, next)
    const found = versions.get(name) ?? []
    if (manifest === undefined) unknown.add(name)
    else if (!found.some(({ version }) => version === manifest.version)) {
      versions.set(name, [...found, { version: manifest.version, by: 'services.registry.packages' }])
      queue.push(...dependenciesOf(manifest, parts.scopes))
    }
  }
  return { versions, unknown: unknown.size }
}

/** Asks for news of everything that an entry of the list reaches, and fetches what is missing of it. */
export async function applyListed(
  parts: ListedParts,
  { listed }: ListedItem,
  work: Work,
): Promise<{ fetched: number }> {
  const seen = new Set<string>()
  const renewed = new Set<string>()
  const queue = [listed]
  let fetched = 0
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    const { name, range } = next
    if (!renewed.has(name)) await applyPackage(parts, { id: name, what: '', fetches: 0, missing: [] }, work)
    renewed.add(name)
    const manifest = await findManifest(parts, next)
    if (manifest === undefined) throw new Final(`upstream has no version of ${name} in ${range}`)
    const id = `${name}@${manifest.version}`
    if (seen.has(id)) continue
    seen.add(id)
    const wanted = { packages: new Map([[name, [{ version: manifest.version, by: id }]]]), unobtainable: [] }
    for (const item of (await planPackages(parts, wanted)).items)
      if (item.fetches > 0) fetched += (await applyPackage(parts, item, work)).fetched
    queue.push(...dependenciesOf(manifest, parts.scopes))
  }
  return { fetched }
}

async function findManifest({ documents }: ListedParts, { name, range }: Listed): Promise<Manifest | undefined> {
  const document = await documents.read(name, ['full'])
  if (document === undefined) return undefined
  const { head, versions } = readNumbers(document.forms.full)
  const tags = (head['dist-tags'] ?? {}) as Record<string, string>
  const version = validRange(range) === null ? tags[range] : maxSatisfying(versions, range)
  return version === null || version === undefined
    ? undefined
    : readLines(document.forms.full, [version]).manifests[version]
}

function readNumbers(lines: Buffer): { head: Record<string, unknown>; versions: string[] } {
  const { head } = readLines(lines, [])
  const rest = lines.toString('latin1').split('\n').slice(1, -1)
  return { head, versions: rest.map((line) => line.slice(0, line.indexOf('\t'))) }
}

/** What an installer takes with it, on some platform of ours. Ranges that no registry resolves are their author's matter. */
function dependenciesOf(manifest: Manifest, scopes: readonly string[]): Listed[] {
  const { dependencies, optionalDependencies, peerDependencies } = manifest as Record<string, unknown>
  return [dependencies, optionalDependencies, peerDependencies].flatMap((each) =>
    Object.entries((each ?? {}) as Record<string, string>)
      .map(([called, range]) => aliased(called, range))
      .filter(({ name, range }) => validRange(range) !== null && !scopes.includes(scopeOf(name) ?? '')),
  )
}

function aliased(called: string, range: string): Listed {
  const [, name = called, inner = range] = /^npm:((?:@[^/]+\/)?[^@]+)@(.+)$/.exec(range) ?? []
  return { name, range: inner }
}
