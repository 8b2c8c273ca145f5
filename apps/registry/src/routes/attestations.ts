import { isOwn } from '../names/own-scopes.ts'
import { isPackageName } from '../names/package-name.ts'
import { refusal, sendRefusal } from '../refusal.ts'
import type { HeldAnswers } from '../mirror/held-answers.ts'
import { ageHeaders } from '../read/send-packument.ts'
import { sendNothing } from './send-nothing.ts'
import { sendJson } from './route.ts'
import type { Route } from './route.ts'

export type AttestationsParts = {
  readonly answers: Pick<HeldAnswers, 'ask'>
  readonly scopes: readonly string[]
  /** Milliseconds for which upstream is not asked again where it has none. */
  readonly fresh: number
  readonly now: () => number
}

/** By what and from what a version was built, signed: npm checks it itself with upstream's keys. */
export function createAttestations({ answers, scopes, fresh, now }: AttestationsParts): Route {
  return {
    method: 'GET',
    path: /^\/-\/npm\/v1\/attestations\/([^/]+(?:\/[^/]+)?)$/,
    answer: async ({ response, what }) => {
      const wanted = parseWanted(what)
      if (wanted === undefined || isOwn(wanted.name, scopes)) {
        sendRefusal(response, refusal(404, 'REGISTRY_NO_ATTESTATIONS', 'no such version has attestations here'))
        return
      }
      const { name, version } = wanted
      const path = `/-/npm/v1/attestations/${name.replace('/', '%2f')}@${encodeURIComponent(version)}`
      // Those of a version never change.
      const answer = await answers.ask(path, { fresh: Infinity, freshRefusal: fresh })
      if (answer.is === 'held') sendJson(response, answer.text, ageHeaders(answer.awaySince, now()))
      else sendNothing(response, `the attestations of ${name}@${version}`, answer)
    },
  }
}

function parseWanted(text: string): { name: string; version: string } | undefined {
  try {
    const [, name = '', version = ''] =
      /^(.+)@([A-Za-z0-9][A-Za-z0-9.+_-]{0,255})$/.exec(decodeURIComponent(text)) ?? []
    return isPackageName(name) ? { name, version } : undefined
  } catch {
    return undefined
  }
}
