import { errors } from './errors.ts'
import { flavors } from './flavors.ts'
import { reservedBecause } from './reserved-names.ts'

/** A service name must fit into a DNS label of 63 characters with its flavor, and leave room for what others put around it. */
export const APP_NAME_LENGTH = 40

/** The rule's shape alone, for JSON schemas and prompts; `appNameFault` is the whole rule. */
export const APP_NAME_PATTERN = '^[a-z][a-z0-9]*(-[a-z0-9]+)*$'

/** The rule in words, as error messages and prompts say it. */
export const appNameRule = `words of lower-case letters and digits joined by single dashes, beginning with a letter, at most ${APP_NAME_LENGTH} characters, not ending in ${list(flavors.map((flavor) => `-${flavor}`))}`

/** Why a text is no app name. `suggestion` is a name near it that is one, where such a name can be derived. */
export type AppNameFault =
  | { kind: 'rule'; suggestion: string | undefined }
  | { kind: 'reserved'; reason: string; suggestion: string | undefined }

const pattern = new RegExp(APP_NAME_PATTERN)
const flavorEnding = new RegExp(`-(?:${flavors.join('|')})$`)

/** The text, when it is an app name. Otherwise NAMES_APP_INVALID or NAMES_APP_RESERVED. */
export function parseAppName(text: string): string {
  const fault = appNameFault(text)
  if (fault === undefined) return text
  const { suggestion } = fault
  if (fault.kind === 'rule') throw errors.NAMES_APP_INVALID({ expected: appNameRule, found: text, suggestion })
  throw errors.NAMES_APP_RESERVED({ found: text, reason: fault.reason, suggestion })
}

/** What is wrong with an app name; `undefined` when nothing is. Throws nothing, for those who collect every fault. */
export function appNameFault(text: string): AppNameFault | undefined {
  if (!keepsRule(text)) return { kind: 'rule', suggestion: suggestAppName(text) }
  const reason = reservedBecause(text)
  return reason === undefined ? undefined : { kind: 'reserved', reason, suggestion: suggestAppName(text) }
}

function keepsRule(text: string): boolean {
  return text.length <= APP_NAME_LENGTH && pattern.test(text) && !flavorEnding.test(text)
}

/** The nearest app name: words split at capitals and at whatever is not allowed, cut at the end, flavors taken off. */
function suggestAppName(text: string): string | undefined {
  const words = text
    .slice(0, 4 * APP_NAME_LENGTH)
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+/, '')
  const name = withoutEnding(words.slice(0, APP_NAME_LENGTH))
  const free = reservedBecause(name) === undefined ? name : `${name}-app`
  return keepsRule(free) ? free : undefined
}

function withoutEnding(name: string): string {
  const shorter = name.replace(/-$/, '').replace(flavorEnding, '')
  return shorter === name ? name : withoutEnding(shorter)
}

function list(words: readonly string[]): string {
  return `${words.slice(0, -1).join(', ')} or ${words.at(-1) ?? ''}`
}
