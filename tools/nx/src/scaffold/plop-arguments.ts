import { parseArgs } from 'node:util'
import type { ParseArgsOptionsConfig } from 'node:util'
import { errors } from '../errors.ts'
import { generators } from './kinds.ts'
import type { Generator } from './kinds.ts'

/** What stands on plop's command line and means the same on that of `nx g`. */
export type PlopArguments = { kind: Generator; dryRun: boolean; skipInstall: boolean }

const OURS = {
  'dry-run': { type: 'boolean', short: 'd' },
  dryRun: { type: 'boolean' },
  'skip-install': { type: 'boolean' },
  skipInstall: { type: 'boolean' },
} as const satisfies ParseArgsOptionsConfig

/** Those of plop 4 itself, which it reads without refusing any other. */
const PLOPS: ParseArgsOptionsConfig = {
  ...Object.fromEntries(['cwd', 'plopfile', 'completion', 'dest'].map((name) => [name, { type: 'string' }])),
  preload: { type: 'string', multiple: true },
  progress: { type: 'boolean' },
  'no-progress': { type: 'boolean' },
  force: { type: 'boolean', short: 'f' },
  'show-type-names': { type: 'boolean', short: 't' },
}

/**
 * Reads what plop leaves unread before `--`: an option that it does not know it would ignore, and write. Without a
 * generator it would show a menu and then fail for lack of a name. Throws SCAFFOLD_KIND_UNKNOWN or SCAFFOLD_OPTION_UNKNOWN.
 */
export function parsePlopArguments(args: readonly string[]): PlopArguments {
  const options: ParseArgsOptionsConfig = { ...PLOPS, ...OURS }
  const end = args.indexOf('--')
  const { values, positionals, tokens } = parseArgs({
    args: args.slice(0, end === -1 ? args.length : end),
    options,
    strict: false,
    tokens: true,
  })
  const [found] = positionals
  const kind = generators.find((each) => each === found)
  if (kind === undefined) throw errors.SCAFFOLD_KIND_UNKNOWN({ found, kinds: generators })
  const unknown = tokens.find((token) => token.kind === 'option' && !Object.hasOwn(options, token.name))
  if (unknown?.kind === 'option') throw errors.SCAFFOLD_OPTION_UNKNOWN({ kind, option: unknown.rawName })
  const has = (...names: (keyof typeof OURS)[]) => names.some((name) => isOn(values[name]))
  return { kind, dryRun: has('dry-run', 'dryRun'), skipInstall: has('skip-install', 'skipInstall') }
}

function isOn(value: unknown): boolean {
  return value !== undefined && value !== 'false'
}
