import { createHash } from 'node:crypto'
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { replaceFile } from '@mochi/files'
import type { NewFinding } from '@mochi/mirror'
import { Type } from 'typebox'
import { Check } from 'typebox/value'
import type { LeftOut } from './choose-refs.ts'
import type { Rewrite } from './plan-publication.ts'

const rewrite = Type.Object({
  ref: Type.String(),
  old: Type.String(),
  now: Type.Union([Type.String(), Type.Null()]),
  archive: Type.String(),
})
const document = Type.Object({ rewrites: Type.Array(rewrite) })

/**
 * Rewrites that nobody has been told of yet. They are written before the refs change, and forgotten once they are remembered as findings: a kill
 * between the two loses none.
 */
export class Report {
  readonly #file: string

  constructor(folder: string) {
    this.#file = join(folder, 'mochi-report.json')
  }

  async read(): Promise<Rewrite[]> {
    const text = await readFile(this.#file, 'utf8').catch(() => '')
    const found = tryParse(text)
    return Check(document, found) ? found.rewrites.map((one) => ({ ...one, now: one.now ?? undefined })) : []
  }

  async write(rewrites: readonly Rewrite[]): Promise<void> {
    const all = rewrites.map((one) => ({ ...one, now: one.now ?? null }))
    await replaceFile(this.#file, `${JSON.stringify({ rewrites: all })}\n`)
  }

  async clear(): Promise<void> {
    await rm(this.#file, { force: true })
  }
}

/** Refs that are said one by one; of more, the rest is one finding. */
const MOST = 50

/** What somebody should look at, once. */
export function findingsOf(name: string, rewrites: readonly Rewrite[]): NewFinding[] {
  const findings = rewrites.slice(0, MOST).map(({ ref, old, now, archive }): NewFinding => ({
    id: idOf('rewritten', [name, ref, old, now ?? 'nothing']),
    kind: 'rewritten',
    what: `${name}: ${shortName(ref)}`,
    detail: `${now === undefined ? 'is gone upstream' : `is ${short(now)} upstream`}; ${short(old)} stays as ${archive}`,
    isOpen: true,
  }))
  const rest = rewrites.slice(MOST)
  if (rest.length === 0) return findings
  const detail = `upstream has rewritten ${rest.length} more refs; all stay below refs/mochi/archive/`
  const id = idOf('rewritten', [name, ...rest.flatMap(({ ref, old, now }) => [ref, old, now ?? 'nothing'])])
  return [...findings, { id, kind: 'rewritten', what: name, detail, isOpen: true }]
}

/** Names that no disk takes, or not beside another: what upstream has under them is not here. */
export function leftOutFindings(name: string, leftOut: readonly LeftOut[]): NewFinding[] {
  if (leftOut.length === 0) return []
  const told = leftOut.slice(0, 10).map(({ name: ref, reason }) => `${JSON.stringify(ref)} (${reason})`)
  const more = leftOut.length > told.length ? `, and ${leftOut.length - told.length} more` : ''
  return [
    {
      id: idOf('left-out', [name, ...leftOut.map(({ name: ref }) => ref)]),
      kind: 'left-out',
      what: name,
      detail: `not mirrored: ${told.join(', ')}${more}`,
      isOpen: true,
    },
  ]
}

export function idOf(kind: string, facts: readonly string[]): string {
  return `${kind}-${createHash('sha256').update(facts.join('\0')).digest('hex').slice(0, 12)}`
}

function shortName(ref: string): string {
  return ref.replace(/^refs\/heads\//, 'branch ').replace(/^refs\/tags\//, 'tag ')
}

function short(oid: string): string {
  return oid.slice(0, 12)
}

function tryParse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
