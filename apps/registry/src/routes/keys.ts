import type { SigningKeys } from '../mirror/signing-keys.ts'
import { ageHeaders } from '../read/send-packument.ts'
import { sendNothing } from './send-nothing.ts'
import { sendJson } from './route.ts'
import type { Route } from './route.ts'

/** The keys with which upstream signs what it publishes. */
export function createKeys({ signingKeys, now }: { signingKeys: SigningKeys; now: () => number }): Route {
  return {
    method: 'GET',
    path: /^\/-\/npm\/v1\/keys$/,
    answer: async ({ response }) => {
      const answer = await signingKeys.read()
      if (answer.is === 'held') sendJson(response, answer.text, ageHeaders(answer.awaySince, now()))
      else sendNothing(response, "the keys of upstream's signatures", answer)
    },
  }
}
