const UNITS: Readonly<Record<string, number>> = { s: 1e3, m: 60e3, h: 3600e3, d: 24 * 3600e3, w: 7 * 24 * 3600e3 }

/** What a duration is written like: `30m`, `24h`, `7d`, `0`. */
export const DURATION_PATTERN = '^(0|[1-9][0-9]{0,4}[smhdw])$'

/** The milliseconds of a duration; undefined for a text that `DURATION_PATTERN` does not match. */
export function parseDuration(text: string): number | undefined {
  if (!new RegExp(DURATION_PATTERN).test(text)) return undefined
  return parseInt(text, 10) * (UNITS[text.slice(-1)] ?? 1)
}
