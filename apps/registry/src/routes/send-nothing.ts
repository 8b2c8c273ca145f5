import type { ServerResponse } from 'node:http'
import { refusal, sendRefusal } from '../refusal.ts'
import type { HeldAnswer } from '../mirror/held-answers.ts'
import type { UpstreamAnswer } from '../uplink/ask-upstream.ts'

/** Says that upstream has given nothing, or has refused to. */
export function sendNothing(
  response: ServerResponse,
  what: string,
  answer: Exclude<HeldAnswer | UpstreamAnswer, { is: 'held' } | { is: 'answer' }>,
): void {
  if (answer.is === 'refused') {
    sendRefusal(response, refusal(answer.status, 'REGISTRY_UPSTREAM_REFUSED', `upstream does not have ${what}`))
    return
  }
  const { message, reason } = answer.fault
  const error = `${what} comes from upstream, which gave nothing that can be used: ${message}`
  sendRefusal(response, { status: 503, code: 'REGISTRY_UPSTREAM_AWAY', error, members: { reason } })
}
