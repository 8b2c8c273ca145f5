const UNITS: Readonly<Record<string, number>> = { '': 1, B: 1, KB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12 }

/** What a size is written like: `10GB`, `500 MB`, `1048576`. */
export const BYTES_PATTERN = String.raw`^[0-9]{1,15}(\.[0-9]+)? ?([KMGT]?B)?$`

/** The number of bytes in a text that `BYTES_PATTERN` matches. */
export function parseBytes(text: string): number {
  const [, number = '0', unit = ''] = /^([\d.]+) ?([A-Z]*)$/.exec(text) ?? []
  return Math.floor(Number(number) * (UNITS[unit] ?? 1))
}
