import type { IncomingMessage } from 'node:http'
import { isLoopbackAddress } from '@mochi/names'

/** Whether a request comes from this machine, by somebody who does not pass on what others ask, as far as it can be seen. */
export function isFromHere({ socket, headers }: IncomingMessage): boolean {
  const isPassedOn = headers['x-forwarded-for'] !== undefined || headers.forwarded !== undefined
  return isLoopbackAddress(socket.remoteAddress ?? '') && !isPassedOn
}
