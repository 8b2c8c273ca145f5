import { UplinkFault } from './uplink-fault.ts'
import type { JsonOptions, Uplink } from './uplink.ts'

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

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new UplinkFault('not-json', 'upstream says that it answers with JSON, and does not', { cause })
  }
}
