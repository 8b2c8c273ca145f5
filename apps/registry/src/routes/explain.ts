import { isOwn } from '../names/own-scopes.ts'
import { parseTarget } from '../names/target.ts'
import { explain } from '../policy/explain.ts'
import type { Explanation } from '../policy/explain.ts'
import type { Loaded } from '../read/loaded.ts'
import type { Packuments } from '../read/packuments.ts'
import { sendNotHeld } from '../read/no-answers.ts'
import { isRefusal, refusal, sendRefusal } from '../refusal.ts'
import type { Refusal } from '../refusal.ts'
import { sendJson } from './route.ts'
import type { Route } from './route.ts'

/** Characters of what is asked about: each version is held to all of it, and all else waits meanwhile. */
const LONGEST = 256

export type ExplainParts = {
  readonly packuments: Pick<Packuments, 'load'>
  readonly scopes: readonly string[]
  readonly now: () => number
}

/** What `mochi registry explain` shows: the verdict of every version, and how old that is of which it is the verdict. */
export function createExplain({ packuments, scopes, now }: ExplainParts): Route {
  return {
    method: 'GET',
    path: /^\/-\/mochi\/explain\/(.+)$/,
    answer: async ({ response, what, query }) => {
      const name = nameOf(what, scopes)
      if (typeof name !== 'string') {
        sendRefusal(response, name)
        return
      }
      const found = await packuments.load(name)
      if ('is' in found) {
        sendNotHeld(response, name, found)
        return
      }
      const { loaded, awaySince } = found
      const explained = tryExplain(loaded, query.get('wanted') ?? undefined)
      if (isRefusal(explained)) {
        sendRefusal(response, explained)
        return
      }
      const seconds = Math.max(0, Math.round((now() - loaded.document.known.checked) / 1000))
      sendJson(response, JSON.stringify({ ...explained, age: seconds, isAway: awaySince !== undefined }))
    },
  }
}

function nameOf(what: string, scopes: readonly string[]): string | Refusal {
  const target = parseTarget(`/${what}`)
  if (target?.kind !== 'packument') return refusal(404, 'REGISTRY_NO_PACKAGE', 'no package has such a name')
  const { name } = target
  if (!isOwn(name, scopes)) return name
  return refusal(404, 'REGISTRY_OWN_PACKAGE', `${name} is the company's own, for which no policy stands`)
}

function tryExplain({ packument, verdicts }: Loaded, wanted: string | undefined): Explanation | Refusal {
  if (wanted !== undefined && wanted.length > LONGEST)
    return refusal(400, 'REGISTRY_RANGE_TOO_LONG', `what is asked about has at most ${LONGEST} characters`)
  try {
    return explain(packument, verdicts, wanted)
  } catch (error) {
    const { code, message } = error as { code?: string; message: string }
    if (code !== 'REGISTRY_RANGE_INVALID') throw error
    return refusal(400, code, message)
  }
}
