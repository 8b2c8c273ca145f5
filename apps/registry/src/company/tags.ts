import { validRange } from 'semver'

/** Whether a text can be a dist-tag: a word that no client takes for a range of versions. */
export function isTag(text: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/.test(text) && validRange(text) === null
}
