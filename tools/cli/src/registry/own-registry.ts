import { Agent, get } from 'node:http'
import { text } from 'node:stream/consumers'
import { isLoopbackName, platformPorts } from '@mochi/names'

/** Where the registry of this user's platform serves. `toolchain/lib/registry-variables.sh` has it too. */
export const ownRegistry = `http://127.0.0.1:${platformPorts.registry}/`

/** Whether an address is that of the registry, by whichever name of this machine. */
export function isSameRegistry(address: string, own: string = ownRegistry): boolean {
  if (!URL.canParse(address)) return false
  const { protocol, hostname, port } = new URL(address)
  return protocol === 'http:' && isLoopbackName(hostname) && port === new URL(own).port
}

export type Presence =
  { readonly is: 'here' } | { readonly is: 'other' } | { readonly is: 'away'; readonly reason: string }

/** Milliseconds. Longer than the launcher asks: here somebody wants to know. */
const DEADLINE = 2000

/** Who answers there: a registry of ours, something else, or nobody. Never through a proxy. */
export async function findPresence(own: string, deadline = DEADLINE): Promise<Presence> {
  try {
    return { is: isOurs(await ping(own, deadline)) ? 'here' : 'other' }
  } catch (error) {
    return { is: 'away', reason: (error as Error).message }
  }
}

function ping(own: string, deadline: number): Promise<string> {
  const signal = AbortSignal.timeout(deadline)
  return new Promise((resolve, reject) => {
    get(new URL('-/ping', own), { agent: new Agent(), signal }, (response) => {
      text(response).then(resolve, reject)
    }).on('error', (error) => reject(signal.aborted ? new Error(`no answer within ${deadline / 1000} s`) : error))
  })
}

function isOurs(answer: string): boolean {
  try {
    return (JSON.parse(answer) as { registry?: unknown } | null)?.registry === 'mochi'
  } catch {
    return false
  }
}
