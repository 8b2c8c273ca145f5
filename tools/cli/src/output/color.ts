import type { Output } from '../context.ts'

const CODES = { bold: [1, 22], dim: [2, 22], red: [31, 39], green: [32, 39], yellow: [33, 39], cyan: [36, 39] } as const

export type Style = keyof typeof CODES

/** The text in a style where the output shows colours, and as it is where it does not. */
export function paint(output: Pick<Output, 'color'>, style: Style, text: string): string {
  if (!output.color) return text
  const [on, off] = CODES[style]
  return `\u001b[${on}m${text}\u001b[${off}m`
}

/**
 * Whether to write colours: NO_COLOR (no-color.org) wins when it is not empty, then FORCE_COLOR, of which 0 and false
 * mean no; otherwise only a terminal that is not `dumb`.
 */
export function decideColor(env: Readonly<Record<string, string | undefined>>, isTTY: boolean): boolean {
  if (env['NO_COLOR'] !== undefined && env['NO_COLOR'] !== '') return false
  const forced = env['FORCE_COLOR']
  if (forced !== undefined) return forced !== '0' && forced !== 'false'
  return isTTY && env['TERM'] !== 'dumb'
}
