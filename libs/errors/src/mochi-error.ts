import { redactCause } from './redact-cause.ts'
import { createRedactor } from './redactor.ts'

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
 * Secrets in any of its parts are gone before anyone can read them: what looks like one (see `redact`), and the value
 * of a fact whose key names one, there and wherever else in this error it stands.
 */
export class MochiError extends Error {
  readonly code: string
  readonly where: string | undefined
  readonly hint: string | undefined
  /** Cleaned copies, of a shape that JSON can hold. */
  readonly facts: Readonly<Record<string, unknown>>

  static {
    // On the prototype, because the first line of a stack is written before fields are set.
    this.prototype.name = 'MochiError'
  }

  constructor(options: MochiErrorOptions) {
    const redactor = createRedactor(options.facts)
    const optionalText = (text: string | undefined) => (text === undefined ? undefined : redactor.text(text))
    super(
      redactor.text(options.message),
      options.cause === undefined ? undefined : { cause: redactCause(options.cause, redactor) },
    )
    this.code = options.code
    this.where = optionalText(options.where)
    this.hint = optionalText(options.hint)
    this.facts = redactor.value(options.facts ?? {}) as Readonly<Record<string, unknown>>
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
