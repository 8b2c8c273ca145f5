import { errors } from './errors.ts'
import { collect } from './lock-file.ts'
import type { Entry, LockFile } from './lock-file.ts'
import { parseNpm } from './npm.ts'
import { parsePnpm } from './pnpm.ts'
import { parseYarn } from './yarn.ts'

/** Gives the entries of a text. Throws an Error whose message says what was found in place of a lock file. */
type Parse = (text: string) => Iterable<Entry | undefined>

/**
 * What the text of a lock file names. Whose it is, its name says: `pnpm-lock.yaml`, `package-lock.json`, `npm-shrinkwrap.json`, `yarn.lock`, or another
 * name with the same end. Error: LOCK_FILE_UNREADABLE.
 */
export function parseLockFile(file: string, text: string): LockFile {
  const parse = parserOf(file)
  if (parse === undefined)
    throw errors.LOCK_FILE_UNREADABLE({ file, reason: 'a name that ends in neither .yaml, .json nor .lock' })
  if (/^<{7} /m.test(text)) throw errors.LOCK_FILE_UNREADABLE({ file, reason: 'the marks of a merge with conflicts' })
  try {
    return collect(parse(text))
  } catch (cause) {
    const [reason = ''] = (cause as Error).message.split('\n')
    throw errors.LOCK_FILE_UNREADABLE({ file, reason: reason.replace(/[.:]$/, '') }, { cause })
  }
}

function parserOf(file: string): Parse | undefined {
  if (/\.ya?ml$/.test(file)) return parsePnpm
  if (file.endsWith('.json')) return parseNpm
  return file.endsWith('.lock') ? parseYarn : undefined
}
