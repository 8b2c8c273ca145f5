import { formatTai64n, parseTai64n } from './tai64n.ts'

export const STAMPS = ['iso', 'tai64n', 'none'] as const

/** What a line begins with: ISO 8601 in UTC, a TAI64N label, or nothing. */
export type Stamp = (typeof STAMPS)[number]

const ISO = /^(\d{4}-\d\d-\d\dT\d\d[:-]\d\d[:-]\d\d)\.(\d{6})Z/

/** `2026-11-23T08:15:30.123456Z`, for microseconds since 1970. */
export function formatIso(micros: number): string {
  const millis = Math.floor(micros / 1000)
  const rest = Math.floor(micros - millis * 1000)
  return `${new Date(millis).toISOString().slice(0, -1)}${String(rest).padStart(3, '0')}Z`
}

/** Microseconds since 1970 of what a text begins with; in the time of day `-` stands for `:` too, as in file names. */
export function parseIso(text: string): number | undefined {
  const [, seconds, micros] = ISO.exec(text) ?? []
  if (seconds === undefined || micros === undefined) return undefined
  const millis = Date.parse(`${seconds.slice(0, 10)}T${seconds.slice(11).replaceAll('-', ':')}Z`)
  return Number.isNaN(millis) ? undefined : millis * 1000 + Number(micros)
}

/** What stands before a line, the space behind it included. */
export function formatStamp(stamp: Stamp, micros: number): string {
  switch (stamp) {
    case 'iso':
      return `${formatIso(micros)} `
    case 'tai64n':
      return `${formatTai64n(micros)} `
    case 'none':
      return ''
  }
}

/** When a line was stamped, in microseconds since 1970, whichever stamp it has. */
export function parseStamp(line: string): number | undefined {
  return parseIso(line) ?? parseTai64n(line)
}
