import { UNREADABLE, attempt, entriesOf } from './redactor.ts'
import type { Redactor } from './redactor.ts'

const LONGEST_CHAIN = 12

/**
 * A cause is kept for its stack and its fields (`code`, `syscall`, …). Its texts are cleaned in a copy, because the
 * original belongs to somebody else; the copy is a plain `Error` of the same name.
 */
export function redactCause(cause: unknown, redactor: Redactor, chain: readonly unknown[] = []): unknown {
  return attempt(() => copyCause(cause, redactor, chain), UNREADABLE)
}

function copyCause(cause: unknown, redactor: Redactor, chain: readonly unknown[]): unknown {
  if (!(cause instanceof Error)) return redactor.value(cause)
  if (chain.includes(cause)) return '<circular>'
  if (chain.length === LONGEST_CHAIN) return '<deeper>'
  const inner = (value: unknown): unknown => redactCause(value, redactor, [...chain, cause])
  const copy = createCopy(cause, redactor, inner)
  // Defined, not assigned: an own field called `__proto__` would make the copy no error.
  for (const [key, value] of Object.entries(fieldsOf(cause, redactor)))
    Object.defineProperty(copy, key, { configurable: true, writable: true, enumerable: true, value })
  return copy
}

function createCopy(cause: Error, redactor: Redactor, inner: (value: unknown) => unknown): Error {
  const text = (part: 'name' | 'message' | 'stack'): string => redactor.text(readText(cause, part))
  const message = text('message')
  const deeper = attempt(() => cause.cause, UNREADABLE)
  const options = deeper === undefined ? undefined : { cause: inner(deeper) }
  const copy =
    cause instanceof AggregateError
      ? new AggregateError(
          attempt(() => Array.from(cause.errors, inner), []),
          message,
          options,
        )
      : new Error(message, options)
  const hidden = { configurable: true, writable: true, enumerable: false }
  Object.defineProperty(copy, 'name', { ...hidden, value: text('name') })
  Object.defineProperty(copy, 'stack', { ...hidden, value: text('stack') })
  return copy
}

/** Empty where it is no text; where reading throws, too: a stack is written when it is read, by whatever hook is set. */
function readText(cause: Error, part: 'name' | 'message' | 'stack'): string {
  const text: unknown = attempt(() => cause[part], '')
  return typeof text === 'string' ? text : ''
}

const ownParts = new Set(['name', 'message', 'stack', 'cause'])

/** What the error carries beside its own parts, cleaned like facts. */
function fieldsOf(cause: Error, redactor: Redactor): object {
  const entries = attempt(() => entriesOf(cause), [['fields', UNREADABLE]])
  return redactor.value(Object.fromEntries(entries.filter(([key]) => !ownParts.has(key)))) as object
}
