import { Agent, get } from 'node:http'
import { text } from 'node:stream/consumers'
import { errors } from './errors.ts'
import { findPresence } from './own-registry.ts'

/** What the registry says: its document, or why there is none. */
export type RegistryAnswer =
  | { readonly is: 'answer'; readonly document: unknown }
  | { readonly is: 'refused'; readonly status: number; readonly code: string; readonly error: string }

export type AskRegistry = (path: string) => Promise<RegistryAnswer>

/** Milliseconds: it may first have to ask upstream. */
const DEADLINE = 90_000

/** Asks the registry of this platform, never through a proxy. Throws CLI_REGISTRY_AWAY and CLI_REGISTRY_OTHER. */
export async function findRegistryToAsk(own: string): Promise<AskRegistry> {
  const presence = await findPresence(own)
  if (presence.is === 'other') throw errors.CLI_REGISTRY_OTHER({ url: own })
  if (presence.is === 'away') throw errors.CLI_REGISTRY_AWAY({ url: own, reason: presence.reason })
  return async (path) => {
    try {
      return await ask(new URL(path, own))
    } catch (cause) {
      throw errors.CLI_REGISTRY_AWAY({ url: own, reason: (cause as Error).message }, { cause })
    }
  }
}

function ask(url: URL): Promise<RegistryAnswer> {
  const signal = AbortSignal.timeout(DEADLINE)
  return new Promise((resolve, reject) => {
    get(url, { agent: new Agent(), signal }, (response) => {
      const { statusCode: status = 0 } = response
      text(response).then((body) => resolve(parse(status, body)), reject)
    }).on('error', reject)
  })
}

function parse(status: number, body: string): RegistryAnswer {
  const document: unknown = tryParse(body)
  if (status === 200 && document !== undefined) return { is: 'answer', document }
  const { code = 'without a code', error = 'nothing more' } = (document ?? {}) as { code?: string; error?: string }
  return { is: 'refused', status, code, error }
}

function tryParse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
