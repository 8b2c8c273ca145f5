import { localdevPort } from '@mochi/names'
import { checkDocument } from './check-document.ts'
import { errors } from './errors.ts'
import { findMeaningFaults } from './meaning.ts'
import { mochiSchema } from './schema.ts'
import type { MochiDocument } from './schema.ts'

/** What this company is: mochi.json, checked, with every default filled in. */
export type MochiConfig = {
  /** The company's package scopes, each with its `@`. At least one. */
  readonly scopes: readonly string[]
  readonly domain: string
  /** The part of cluster names before the IDC. */
  readonly label: string
  readonly idcs: readonly string[]
  /** Those that mochi.json names, each with its port on a laptop; there may be more. */
  readonly services: Readonly<Record<string, { readonly port: number }>>
  /** The build cache that everybody shares, where there is one; `compare` is 0 for none. */
  readonly cache: { readonly url: string; readonly insecure: boolean; readonly compare: number } | undefined
}

/** The text of a mochi.json as configuration, or CONFIG_INVALID with every fault. `file` is what it is called in errors. */
export function parseMochiConfig(text: string, file: string): MochiConfig {
  const checked = checkDocument(text, { schema: mochiSchema, meaning: findMeaningFaults })
  if ('faults' in checked) throw errors.CONFIG_INVALID({ file, faults: checked.faults })
  return normalize(checked.value)
}

function normalize({ scopes, domain, label = 'erl', idcs = [], services = {}, cache }: MochiDocument): MochiConfig {
  const placed = Object.entries(services).map(
    ([name, { port }]) => [name, { port: port ?? localdevPort(name) }] as const,
  )
  return {
    scopes,
    domain,
    label,
    idcs,
    services: Object.fromEntries(placed),
    cache: cache === undefined ? undefined : { insecure: false, compare: 0, ...cache },
  }
}
