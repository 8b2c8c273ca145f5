import { once } from 'node:events'
import type { Server } from 'node:http'
import { variableName } from '@mochi/config'
import type { ServiceAddress } from './config.ts'
import { errors } from './errors.ts'
import { portHolder } from './port-holder.ts'

/**
 * Opens the port of an address. Not `app.listen`: for a name such as localhost it opens a second server, which no drain would
 * know of. Throws SERVICE_PORT_TAKEN or SERVICE_CANNOT_LISTEN.
 */
export async function listen(name: string, server: Server, { host, port }: ServiceAddress): Promise<void> {
  try {
    server.listen({ host, port })
    await once(server, 'listening')
  } catch (cause) {
    const { code, message: reason } = cause as NodeJS.ErrnoException
    const facts = { name, host, port, portVariable: variableName(name, 'port') }
    if (code === 'EADDRINUSE') {
      throw errors.SERVICE_PORT_TAKEN({ ...facts, holder: await portHolder({ host, port }) }, { cause })
    }
    throw errors.SERVICE_CANNOT_LISTEN({ ...facts, reason, hostVariable: variableName(name, 'host') }, { cause })
  }
}

/** Accepts on a socket that somebody else has opened. Throws SERVICE_SOCKET_UNUSABLE. */
export async function listenOn(name: string, server: Server, fd: number): Promise<void> {
  try {
    server.listen({ fd })
    await once(server, 'listening')
  } catch (cause) {
    throw errors.SERVICE_SOCKET_UNUSABLE({ name, fd, reason: (cause as Error).message }, { cause })
  }
}
