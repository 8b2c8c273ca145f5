import { stripVTControlCharacters } from 'node:util'

/** What a program wrote for a terminal, for all else: without colours, and each line ended by a line feed alone. */
export function plainText(text: string): string {
  return stripVTControlCharacters(text).replaceAll(/\r+\n?/g, '\n')
}
