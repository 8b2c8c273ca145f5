import { readFile, rename, stat } from 'node:fs/promises'
import { replaceFile } from '@mochi/files'
import { Type } from 'typebox'
import type { Static } from 'typebox'
import { Check } from 'typebox/value'
import type { Finding } from './status.ts'

const fault = Type.Object({ what: Type.String(), reason: Type.String() })

const result = Type.Object({
  source: Type.String(),
  started: Type.Number(),
  ended: Type.Number(),
  done: Type.Number(),
  of: Type.Number(),
  fetched: Type.Number(),
  bytes: Type.Number(),
  faults: Type.Array(fault),
  failed: Type.Number(),
})

const finding = Type.Object({
  source: Type.String(),
  id: Type.String(),
  kind: Type.String(),
  what: Type.String(),
  detail: Type.String(),
  isOpen: Type.Boolean(),
  found: Type.Number(),
  acknowledged: Type.Optional(Type.Object({ at: Type.Number(), by: Type.String(), reason: Type.String() })),
})

const document = Type.Object({
  /** Since when there is a mirror here. */
  since: Type.Number(),
  /** When the last daily run began. */
  daily: Type.Optional(Type.Number()),
  sources: Type.Record(Type.String(), Type.Object({ last: result, success: Type.Optional(Type.Number()) })),
  findings: Type.Array(finding),
})

export type State = Static<typeof document>

/**
 * What is remembered of the runs of a mirror, in a file that is replaced as a whole. One that cannot be read is put aside, and that is a finding
 * of its own: what had been found before is lost.
 */
export class StateFile {
  readonly #file: string
  readonly #now: () => number
  /** Good while the file is the same: another process over the folder may replace it, as in a swap. */
  #last: { readonly mark: string; readonly state: Promise<State> } | undefined
  #writing: Promise<unknown> = Promise.resolve()

  constructor(file: string, now: () => number) {
    this.#file = file
    this.#now = now
  }

  async read(): Promise<State> {
    const mark = await markOf(this.#file)
    if (this.#last?.mark !== mark) this.#last = { mark, state: this.#open() }
    return this.#last.state
  }

  /** Changes what is remembered; it is on the disk when this resolves. */
  async change(apply: (state: State) => State): Promise<State> {
    const changed = this.#writing
      .catch(() => undefined)
      .then(async () => {
        const state = apply(await this.read())
        await replaceFile(this.#file, format(state))
        this.#last = { mark: await markOf(this.#file), state: Promise.resolve(state) }
        return state
      })
    this.#writing = changed
    return changed
  }

  async #open(): Promise<State> {
    const text = await readFile(this.#file, 'utf8').catch(ifAbsent)
    if (text === undefined) return this.#begin([])
    const found = tryParse(text)
    if (Check(document, found)) return found
    const aside = `${this.#file}.damaged-${this.#now()}`
    await rename(this.#file, aside)
    return this.#begin([damaged(aside, this.#now())])
  }

  /** Written at once: a daily run is due a day after it, however often the service starts. */
  async #begin(findings: Finding[]): Promise<State> {
    const state = { since: this.#now(), sources: {}, findings }
    await replaceFile(this.#file, format(state))
    return state
  }
}

/** Another one for each file that was put in its place. */
async function markOf(file: string): Promise<string> {
  const found = await stat(file, { bigint: true }).catch(ifAbsent)
  return found === undefined ? 'none' : `${found.ino} ${found.mtimeNs} ${found.size}`
}

function damaged(aside: string, now: number): Finding {
  return {
    source: 'state',
    id: `state-damaged-${now}`,
    kind: 'damaged',
    what: 'what was remembered of earlier runs',
    detail: `it could not be read and was put aside as ${aside}: findings of before are lost`,
    isOpen: true,
    found: now,
  }
}

function format(state: State): string {
  return `${JSON.stringify(state, undefined, 2)}\n`
}

function ifAbsent(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error
}

function tryParse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
