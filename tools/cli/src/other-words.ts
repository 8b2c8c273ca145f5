import { findNearest } from '@mochi/names'

/**
 * The command that does what another tool calls by this word, or by one near it: `install` is `setup` here. Without it
 * the nearest word to `install` would be `uninstall`.
 */
export function findOtherWord(word: string): string | undefined {
  const removes = word.startsWith('un')
  return !removes && findNearest(word, ['install']).length > 0 ? 'setup' : undefined
}
