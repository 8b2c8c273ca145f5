import { commandOf, spellCommands } from './output/spell.ts'

/** A package that is not there as the program needs it, and the file that imports it where Node says so. */
export type LostDependency = { dependency: string; importer: string | undefined }

const CODE = 'CLI_DEPENDENCIES_STALE'

/**
 * The words of CLI_DEPENDENCIES_STALE. They stand here because they are printed when even the package that prints errors
 * may be the one that is not there: this file imports nothing that is installed.
 */
export const lostDependency = {
  summary: 'The dependencies are older than pnpm-lock.yaml',
  explain: [
    'A package that the command line imports is not installed, or in another version: the lock file has changed, by a',
    '`git pull` or another branch, since the dependencies were installed. Commands that only read never install;',
    '`./mochi setup` does. When that does not help, the package stands in no package.json: add it to that of the project',
    'whose file imports it.',
  ].join('\n'),
  message: ({ dependency }: LostDependency) =>
    `The dependencies are older than pnpm-lock.yaml: ${dependency} is not there as the lock file names it.`,
  where: ({ importer }: LostDependency) => importer ?? 'node_modules',
  hint: () => './mochi setup',
}

/** What an error says of a package that could not be loaded; undefined for every other error, of a lost file of ours too. */
export function findLostDependency(error: unknown): LostDependency | undefined {
  if (!(error instanceof Error)) return undefined
  const [, specifier = '', importer] = NOT_FOUND.exec(error.message) ?? NOT_EXPORTED.exec(error.message) ?? []
  const dependency = nameOf(specifier)
  return dependency === undefined ? undefined : { dependency, importer }
}

/** As Node says it for `import`, and for `require`. */
const NOT_FOUND = /^Cannot find (?:package|module) '([^']+)'(?:[^]* imported from (.+)|[^]*Require stack:\n- (.+))?/
/** Of a package that is there in an older version. Between our own packages it would be a fault of ours. */
const NOT_EXPORTED = /^The requested module '((?!@mochi\/)[^']+)' does not provide an export named/

/** The package of a specifier, or of a path that leads into `node_modules`. */
function nameOf(specifier: string): string | undefined {
  const path = specifier.split('/node_modules/').at(-1) ?? ''
  return /^(?:@[^/]+\/)?[^./][^/]*/.exec(path)?.[0]
}

export type Report = { stdout: string; stderr: string }

/** What is printed of a lost dependency, in the shape in which every error is. */
export function reportLostDependency(
  facts: LostDependency,
  { env, json }: { env: Readonly<Record<string, string | undefined>>; json: boolean },
): Report {
  const [message, where, hint] = [lostDependency.message(facts), lostDependency.where(facts), lostDependency.hint()]
  const error = { code: CODE, message, where, hint, facts }
  if (json) return { stdout: `${JSON.stringify({ error }, undefined, 2)}\n`, stderr: '' }
  const text = `error: ${message}\n  where: ${where}\n  next:  ${hint}\n  code:  ${CODE} (./mochi --explain ${CODE})\n`
  return { stdout: '', stderr: spellCommands(text, { command: commandOf(env) }) }
}
