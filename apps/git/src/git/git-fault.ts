import { redact } from '@mochi/errors'
import { Final } from '@mochi/mirror'

/** Git has failed; perhaps it would not, later. */
export class GitFault extends Error {}

/** Why a call has failed. Objects that fsck refuses are the same the next time. */
export function faultOf(stderr: string, command: string | undefined): Error {
  const reason = reasonOf(stderr, command)
  return /\bfsck error\b/.test(reason) ? new Final(reason) : new GitFault(reason)
}

/** What git has said last, in one line and without secrets. Progress, which it writes over itself, is left out. */
function reasonOf(stderr: string, command = 'git'): string {
  const lines = stderr.split(/[\r\n]+/).map((line) => line.trim())
  const words = lines.filter((line) => /^(?:fatal|error|remote: (?:error|fatal)|ssh|kex|Host key)/i.test(line))
  const said = (words.length > 0 ? words : lines.filter((line) => line !== '')).slice(-3).join('; ')
  return redact(said === '' ? `git ${command} has failed without a word` : said).slice(0, 500)
}
