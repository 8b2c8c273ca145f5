import type { ServerResponse } from 'node:http'
import { refusal, sendRefusal } from '../refusal.ts'
import { UplinkFault } from '../uplink/uplink-fault.ts'
import type { JsonOptions, Uplink } from '../uplink/uplink.ts'

export type UpstreamAnswer =
  | { readonly is: 'answer'; readonly text: string; readonly value: unknown }
  | { readonly is: 'refused'; readonly status: number }
  /** Upstream gave nothing that can be used. */
  | { readonly is: 'away'; readonly fault: UplinkFault }

export type AskUpstream = (path: string, options?: JsonOptions) => Promise<UpstreamAnswer>

/** Asks upstream for JSON, and tells `onFault` what went wrong. */
export function createAskUpstream(
  uplink: Uplink | undefined,
  onFault: (fault: UplinkFault, what: string) => void,
): AskUpstream {
  return async (path, options) => {
    try {
      if (uplink === undefined) throw new UplinkFault('none', 'no uplink is configured')
      const answer = await uplink.json(path, options)
      return answer.is === 'answer' ? { ...answer, value: parse(answer.text) } : answer
    } catch (error) {
      if (!(error instanceof UplinkFault)) throw error
      onFault(error, path)
      return { is: 'away', fault: error }
    }
  }
}

/** Says that upstream has given nothing, or has refused to. */
export function sendNothing(
  response: ServerResponse,
  what: string,
  answer: Exclude<UpstreamAnswer, { is: 'answer' }>,
): void {
  if (answer.is === 'refused') {
    sendRefusal(response, refusal(answer.status, 'REGISTRY_UPSTREAM_REFUSED', `upstream does not have ${what}`))
    return
  }
  const { message, reason } = answer.fault
  const error = `${what} comes from upstream, which gave nothing that can be used: ${message}`
  sendRefusal(response, { status: 503, code: 'REGISTRY_UPSTREAM_AWAY', error, members: { reason } })
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new UplinkFault('not-json', 'upstream says that it answers with JSON, and does not', { cause })
  }
}
