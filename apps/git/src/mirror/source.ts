import type { Source } from '@mochi/mirror'
import { ARCHIVE } from './plan-publication.ts'
import { Renewal } from './renewal.ts'
import type { Looked, RenewalOptions } from './renewal.ts'

/** A repository as a source of mirrors. What is always to do is one thing: to ask upstream for news. */
export function createSource(options: RenewalOptions): Source {
  const { name, repository } = options
  const renewal = new Renewal(options)
  /** What was seen when the plan was made is good for its first attempt. */
  let seen: Looked | undefined
  return {
    name: `git:${name}`,
    atOnce: 1,
    plan: async (signal) => {
      seen = await renewal.look(signal)
      const { refs, names } = seen
      const what =
        names.length === 0 ? `${name}: nothing to fetch` : `${name}: fetch ${names.length} of ${refs.size} refs`
      return {
        wanted: refs.size,
        held: refs.size - names.length,
        items: [{ id: name, what, fetches: names.length }],
        unobtainable: [],
      }
    },
    apply: async (_item, { signal, onBytes }) => {
      const looked = seen ?? (await renewal.look(signal))
      seen = undefined
      const before = await repository.bytes()
      const applied = await renewal.run(looked, signal)
      onBytes(Math.max(0, (await repository.bytes()) - before))
      return applied
    },
    measure: async () => {
      const [refs, bytes] = await Promise.all([repository.refs(), repository.bytes()])
      return { count: [...refs.keys()].filter((ref) => !ref.startsWith(ARCHIVE)).length, bytes }
    },
  }
}
