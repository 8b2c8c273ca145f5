import { errors } from './errors.ts'

/**
 * Names are texts without a dot at their end; the root is `.`. A dot inside a label, a backslash and whatever is not
 * printable ASCII stand as `\.`, `\\` and `\DDD` (RFC 1035, 5.1), so that each name of the wire has one text and back.
 * Upper and lower case are kept, and equal when names are compared (RFC 4343).
 */

export const LONGEST_NAME = 255
const LONGEST_LABEL = 63
const PLAIN = /^[!-[\]-~]*$/
const DOT = 0x2e

/** The text of one label. */
export function formatLabel(bytes: Buffer, start: number, end: number): string {
  const text = bytes.toString('latin1', start, end)
  return PLAIN.test(text) && !text.includes('.') ? text : escapeLabel(text)
}

/** The labels of a name, without the root's. Throws `DNS_NAME_INVALID`. */
export function parseName(name: string): Buffer[] {
  const labels = splitLabels(name)
  const length = labels.reduce((sum, label) => sum + label.length + 1, 1)
  if (length > LONGEST_NAME) throw invalid(name, `at most ${LONGEST_NAME} bytes`, `${length} bytes`)
  return labels
}

/** Throws `DNS_NAME_INVALID` for what is no name; returns it without a dot at its end. */
export function normalizeName(name: string): string {
  const labels = parseName(name)
  return labels.length === 0 ? '.' : labels.map((label) => formatLabel(label, 0, label.length)).join('.')
}

/** Equal for names that are the same. */
export function nameKey(name: string): string {
  return name.toLowerCase()
}

export function isSameName(one: string, other: string): boolean {
  return one === other || nameKey(one) === nameKey(other)
}

/** Whether a name is the zone's own or below it. */
export function isWithin(name: string, zone: string): boolean {
  if (zone === '.' || isSameName(name, zone)) return true
  const at = name.length - zone.length - 1
  // A dot that is part of a label has a backslash before it, and what looks like the zone then is none.
  return at >= 1 && name.charCodeAt(at) === DOT && !endsEscaped(name, at) && isSameName(name.slice(at + 1), zone)
}

/** Uncompressed and in lower case, as signatures want names (RFC 8945, 4.3.3). */
export function canonicalName(name: string): Buffer {
  const labels = parseName(nameKey(name))
  return Buffer.concat([...labels.flatMap((label) => [Buffer.of(label.length), label]), Buffer.of(0)])
}

function splitLabels(name: string): Buffer[] {
  if (name === '.') return []
  const trimmed = name.endsWith('.') && !endsEscaped(name, name.length - 1) ? name.slice(0, -1) : name
  const texts = trimmed.includes('\\') ? splitEscaped(trimmed) : trimmed.split('.')
  return texts.map((text) => checkLabel(name, text))
}

function splitEscaped(name: string): string[] {
  const texts = ['']
  for (const sign of name.match(/\\\d{3}|\\.|\\|[^\\]/gs) ?? []) {
    if (sign === '.') texts.push('')
    else texts.push((texts.pop() ?? '') + sign)
  }
  return texts
}

function checkLabel(name: string, text: string): Buffer {
  const plain = text.includes('\\') ? unescapeLabel(name, text) : text
  if (/[^\0-\xff]/.test(plain)) throw invalid(name, 'ASCII (IDNA writes others as xn--…)', JSON.stringify(plain))
  if (plain === '') throw invalid(name, 'labels between the dots', 'an empty label')
  if (plain.length > LONGEST_LABEL)
    throw invalid(name, `labels of at most ${LONGEST_LABEL} bytes`, `one of ${plain.length}`)
  return Buffer.from(plain, 'latin1')
}

function unescapeLabel(name: string, text: string): string {
  return text.replace(/\\(\d{3}|.|$)/gs, (escape, what: string) => {
    if (what === '' || (what.length === 3 && Number(what) > 255))
      throw invalid(name, '\\DDD from 000 to 255, or a sign after a backslash', escape)
    return what.length === 3 ? String.fromCharCode(Number(what)) : what
  })
}

function escapeLabel(text: string): string {
  return text.replace(/[^!-~]|[.\\]/gs, (sign) =>
    sign === '.' || sign === '\\' ? `\\${sign}` : `\\${String(sign.charCodeAt(0)).padStart(3, '0')}`,
  )
}

/** Whether the sign at this place has an odd number of backslashes before it. */
function endsEscaped(text: string, at: number): boolean {
  let count = 0
  while (text[at - 1 - count] === '\\') count++
  return count % 2 === 1
}

function invalid(name: string, expected: string, found: string): Error {
  return errors.DNS_NAME_INVALID({ name: name.slice(0, 300), expected, found: found.slice(0, 300) })
}
