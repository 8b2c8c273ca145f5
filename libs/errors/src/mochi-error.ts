import { redact } from './redact.ts'

export type MochiErrorOptions = {
  /** Stable, upper case, for machines: what `mochi --explain` takes. */
  code: string
  /** One sentence: what was expected, what was found. */
  message: string
  /** File, address or command where it happened. */
  where?: string | undefined
  /** What to do next, best as one command. */
  hint?: string | undefined
  /** The facts that the message was made of, for `--json`. */
  facts?: Readonly<Record<string, unknown>> | undefined
  cause?: unknown
}

/**
 * A fault of the world or of the user, never a bug of ours: it has a code, and whoever prints it shows no stack.
 * Secrets in any of its texts are gone before anyone can read them.
 */
export class MochiError extends Error {
  override readonly name = 'MochiError'
  readonly code: string
  readonly where: string | undefined
  readonly hint: string | undefined
  readonly facts: Readonly<Record<string, unknown>>

  constructor(options: MochiErrorOptions) {
    super(redact(options.message), options.cause === undefined ? undefined : { cause: redactCause(options.cause) })
    this.code = options.code
    this.where = options.where === undefined ? undefined : redact(options.where)
    this.hint = options.hint === undefined ? undefined : redact(options.hint)
    this.facts = redactFacts(options.facts ?? {})
  }

  /** The shape that `--json` prints. */
  toJSON(): Record<string, unknown> {
    const { code, message, where, hint, facts } = this
    return { code, message, where, hint, facts }
  }
}

/** True for an error that has a code and may be shown without its stack, from whichever copy of this library it came. */
export function isMochiError(value: unknown): value is MochiError {
  return value instanceof Error && value.name === 'MochiError' && 'code' in value
}

/** A cause is kept for its stack; its texts are cleaned in a copy, because the original belongs to somebody else. */
function redactCause(cause: unknown): unknown {
  if (typeof cause === 'string') return redact(cause)
  if (!(cause instanceof Error) || isMochiError(cause)) return cause
  const copy = new Error(
    redact(cause.message),
    cause.cause === undefined ? undefined : { cause: redactCause(cause.cause) },
  )
  copy.name = cause.name
  copy.stack = redact(cause.stack ?? '')
  return copy
}

function redactFacts(facts: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(facts).map(([key, value]) => [key, redactValue(value)]))
}

function redactValue(value: unknown): unknown {
  if (typeof value === 'string') return redact(value)
  if (Array.isArray(value)) return value.map(redactValue)
  if (value !== null && typeof value === 'object') return redactFacts(value as Record<string, unknown>)
  return value
}
