import { errors } from './errors.ts'

/** An IPv4 address as it is written, when it is one. Throws NAMES_ADDRESS_INVALID; IPv6 is refused by name. */
export function parseAddress(text: string): string {
  const fault = addressFault(text)
  if (fault === undefined) return text
  throw errors.NAMES_ADDRESS_INVALID({ found: text, ...fault })
}

/** What was expected, and at which character; undefined for an address. */
export function addressFault(text: string): { expected: string; at: number } | undefined {
  if (text.includes(':')) return { expected: 'IPv4 (IPv6 is not supported in this version)', at: 0 }
  const parts = text.split('.')
  let at = 0
  for (const part of parts.slice(0, 4)) {
    if (!isByte(part)) return { expected: 'a number from 0 to 255 without zeros before it', at }
    at += part.length + 1
  }
  if (parts.length < 4) return { expected: 'a dot and another number', at: text.length }
  return parts.length === 4 ? undefined : { expected: 'the end', at: at - 1 }
}

/** `10.0.3.7` is `0a000307`. */
export function formatHexAddress(address: string): string {
  return parseAddress(address)
    .split('.')
    .map((part) => Number(part).toString(16).padStart(2, '0'))
    .join('')
}

/** The inverse, for eight lower-case hexadecimal digits. */
export function parseHexAddress(digits: string): string {
  return (digits.match(/../g) ?? []).map((pair) => parseInt(pair, 16)).join('.')
}

function isByte(text: string): boolean {
  return /^(?:0|[1-9]\d{0,2})$/.test(text) && Number(text) <= 255
}
