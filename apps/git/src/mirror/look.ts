import { Final } from '@mochi/mirror'
import { fetchSettings } from '../git/environment.ts'
import type { Git } from '../git/git.ts'
import { parseListing } from './listing.ts'
import type { Listing } from './listing.ts'
import type { Upstream } from './quarantine.ts'

/** Asks upstream what it has. Rejects with Final where that is more than is allowed. */
export async function look(git: Git, { url, limits }: Upstream, signal: AbortSignal): Promise<Listing> {
  const { stdout } = await git.run({
    args: ['ls-remote', '--symref', '--', url],
    settings: fetchSettings(limits),
    signal,
    deadline: Math.min(limits.fetch, 10 * 60_000),
    memory: limits.memory,
    output: 2 ** 29,
  })
  const listing = parseListing(stdout)
  if (listing.refs.size > limits.refs)
    throw new Final(`upstream has ${listing.refs.size} branches and tags, and refLimit is ${limits.refs}`)
  return listing
}
