import type { Finding } from './finding.ts'

/**
 * What `doctor --json` prints: after an installation this program, before it `toolchain/install --check --json`, which
 * leaves out the facts that a shell does not know.
 */
export type DoctorDocument = {
  /** The checkout and the prefix of the toolchain. Absolute. */
  root: string
  prefix?: string
  platform?: string
  /** ISO time. */
  time?: string
  /** Version of the node that looked. */
  node?: string
  findings: readonly Finding[]
}

/** Whether a value is such a document, with no field besides. */
export function isDoctorDocument(value: unknown): value is DoctorDocument {
  return (
    hasFields(value, { needed: ['root', 'findings'], known: ['prefix', 'platform', 'time', 'node'] }) &&
    Object.entries(value).every(([name, field]) => (name === 'findings' ? areFindings(field) : isText(field)))
  )
}

function areFindings(value: unknown): boolean {
  return Array.isArray(value) && value.every(isFinding)
}

function isFinding(value: unknown): boolean {
  if (!hasFields(value, { needed: ['id', 'state', 'found'], known: ['meaning', 'fix', 'code'] })) return false
  if (!Object.values(value).every(isText)) return false
  return value['state'] === 'ok' || (['warn', 'missing'].includes(String(value['state'])) && 'meaning' in value)
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== ''
}

type Fields = { needed: readonly string[]; known: readonly string[] }

function hasFields(value: unknown, { needed, known }: Fields): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return false
  const names = Object.keys(value)
  return needed.every((name) => names.includes(name)) && names.every((name) => [...needed, ...known].includes(name))
}
