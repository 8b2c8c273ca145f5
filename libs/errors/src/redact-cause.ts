import { entriesOf } from './redactor.ts'
import type { Redactor } from './redactor.ts'

const LONGEST_CHAIN = 12

/**
 * A cause is kept for its stack and its fields (`code`, `syscall`, …). Its texts are cleaned in a copy, because the
 * original belongs to somebody else; the copy is a plain `Error` of the same name.
 */
export function redactCause(cause: unknown, redactor: Redactor, chain: readonly unknown[] = []): unknown {
  if (!(cause instanceof Error)) return redactor.value(cause)
  if (chain.includes(cause)) return '<circular>'
  if (chain.length === LONGEST_CHAIN) return '<deeper>'
  const inner = (value: unknown): unknown => redactCause(value, redactor, [...chain, cause])
  return Object.assign(createCopy(cause, redactor, inner), fieldsOf(cause, redactor))
}

function createCopy(cause: Error, redactor: Redactor, inner: (value: unknown) => unknown): Error {
  const text = (part: 'name' | 'message' | 'stack'): string => redactor.text(readText(cause, part))
  const message = text('message')
  const options = cause.cause === undefined ? undefined : { cause: inner(cause.cause) }
  const copy =
    cause instanceof AggregateError
      ? new AggregateError(cause.errors.map(inner), message, options)
      : new Error(message, options)
  const hidden = { configurable: true, writable: true, enumerable: false }
  Object.defineProperty(copy, 'name', { ...hidden, value: text('name') })
  Object.defineProperty(copy, 'stack', { ...hidden, value: text('stack') })
  return copy
}

/** Empty where it is no text; where reading throws, too: a stack is written when it is read, by whatever hook is set. */
function readText(cause: Error, part: 'name' | 'message' | 'stack'): string {
  try {
    const text: unknown = cause[part]
    return typeof text === 'string' ? text : ''
  } catch {
    return ''
  }
}

const ownParts = new Set(['name', 'message', 'stack', 'cause'])

/** What the error carries beside its own parts, cleaned like facts. */
function fieldsOf(cause: Error, redactor: Redactor): object {
  return redactor.value(Object.fromEntries(entriesOf(cause).filter(([key]) => !ownParts.has(key)))) as object
}
