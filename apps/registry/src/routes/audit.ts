import { createNamesOwn } from '../names/own-scopes.ts'
import { receiveJson } from '../receive-json.ts'
import { isRefusal, refusal, sendRefusal } from '../refusal.ts'
import { sendNothing } from './send-nothing.ts'
import type { AskUpstream } from '../uplink/ask-upstream.ts'
import { sendJson } from './route.ts'
import type { Route } from './route.ts'
import { withoutNames } from './without-names.ts'

/** Bytes of what a client sends, and of the same unpacked: a project of tens of thousands of packages. All else waits while it is read. */
const LIMIT = 2 * 2 ** 20

export type AuditParts = { readonly askUpstream: AskUpstream; readonly scopes: readonly string[] }

/**
 * What `npm audit` and its like ask: https://github.com/npm/registry/blob/main/docs/REGISTRY-API.md. Upstream learns of no package of the
 * company, and not what a project is called.
 */
export function createAudit({ askUpstream, scopes }: AuditParts): Route {
  const isOwn = createNamesOwn(scopes)
  return {
    method: 'POST',
    path: /^\/-\/npm\/v1\/security\/(advisories\/bulk|audits\/quick|audits)$/,
    answer: async ({ request, response, what }) => {
      const received = await receiveJson(request, { what: 'an audit', limit: LIMIT, takesGzip: true })
      const known = isRefusal(received) ? received : prepare(received.value, isOwn)
      if (isRefusal(known)) {
        sendRefusal(response, known)
        return
      }
      const answer = await askUpstream(`/-/npm/v1/security/${what}`, { body: JSON.stringify(known) })
      if (answer.is === 'answer') sendJson(response, answer.text)
      else sendNothing(response, 'what is known of weaknesses', answer)
    },
  }
}

function prepare(value: unknown, isOwn: (text: string) => boolean) {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return refusal(400, 'REGISTRY_BODY_NO_OBJECT', 'the body is no JSON object')
  const isNamed = 'name' in value && typeof value.name === 'string'
  const known = withoutNames(isNamed ? { ...value, name: 'project' } : value, isOwn)
  return known ?? refusal(400, 'REGISTRY_BODY_TOO_DEEP', 'the body is nested too deep')
}
