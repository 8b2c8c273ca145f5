import { BoundSocket } from 'node:net'
import { errors } from './errors.ts'
import { findPortHolder } from './port-holder.ts'

export const SOCKET_NAMES = ['public', 'internal'] as const

/** What a socket is for: the service's routes, or what only the inside may ask. */
export type SocketName = (typeof SOCKET_NAMES)[number]

/** A numeric address of this machine; port 0 is any free one. */
export type SocketAddress = { readonly host: string; readonly port: number }

export type SocketAddresses = Readonly<Partial<Record<SocketName, SocketAddress>>>

/** The sockets of a service in the order in which it finds them: the first is fd 3. */
export type ServiceSockets = Disposable & {
  readonly names: readonly SocketName[]
  readonly addresses: SocketAddresses
  readonly fds: readonly number[]
}

/**
 * Binds the sockets that outlive every child of a service: connections wait in the kernel's queue from the moment the
 * first child listens, whichever child takes them. Throws SUPERVISE_PORT_TAKEN and SUPERVISE_CANNOT_BIND. `findHolder` says who
 * has a taken port, which costs a look at every process.
 */
export function bindSockets(
  name: string,
  wanted: SocketAddresses,
  findHolder: (port: number) => string | undefined = findPortHolder,
): ServiceSockets {
  const bound: [SocketName, BoundSocket][] = []
  const close = (): void => bound.forEach(([, socket]) => socket.close())
  try {
    for (const socketName of SOCKET_NAMES) {
      const address = wanted[socketName]
      if (address !== undefined) bound.push([socketName, bind(name, address, findHolder)])
    }
  } catch (error) {
    close()
    throw error
  }
  return {
    names: bound.map(([socketName]) => socketName),
    addresses: Object.fromEntries(bound.map(([socketName, socket]) => [socketName, addressOf(socket)])),
    fds: bound.map(([, socket]) => socket.fd()),
    [Symbol.dispose]: close,
  }
}

/** The ports that a process of the service has, where any would do; where one is given, that. */
export function keepPorts(wanted: SocketAddresses, found: SocketAddresses): SocketAddresses {
  const kept = SOCKET_NAMES.flatMap((name) => {
    const [address, own] = [wanted[name], found[name]]
    return address === undefined ? [] : [[name, address.port === 0 && address.host === own?.host ? own : address]]
  })
  return Object.fromEntries(kept) as SocketAddresses
}

function bind(
  name: string,
  { host, port }: SocketAddress,
  findHolder: (port: number) => string | undefined,
): BoundSocket {
  try {
    return new BoundSocket({ host, port })
  } catch (cause) {
    const { code, message: reason } = cause as NodeJS.ErrnoException
    if (code === 'EADDRINUSE')
      throw errors.SUPERVISE_PORT_TAKEN({ name, host, port, holder: findHolder(port) }, { cause })
    throw errors.SUPERVISE_CANNOT_BIND({ name, host, port, reason }, { cause })
  }
}

function addressOf(socket: BoundSocket): SocketAddress {
  const { address: host, port } = socket.address()
  return { host, port }
}
