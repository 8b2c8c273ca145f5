import type { ServerResponse } from 'node:http'
import { refusal, sendRefusal } from '../refusal.ts'
import type { NoAnswer } from '../uplink/ask-upstream.ts'

/** Says that upstream has given nothing, or has refused to. */
export function sendNothing(response: ServerResponse, what: string, answer: NoAnswer): void {
  if (answer.is === 'refused') {
    sendRefusal(response, refusal(answer.status, 'REGISTRY_UPSTREAM_REFUSED', `upstream does not have ${what}`))
    return
  }
  const { message, reason } = answer.fault
  const error = `${what} comes from upstream, which gave nothing that can be used: ${message}`
  sendRefusal(response, { status: 503, code: 'REGISTRY_UPSTREAM_AWAY', error, members: { reason } })
}
