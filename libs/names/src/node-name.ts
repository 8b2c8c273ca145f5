import { addressFault } from './address.ts'
import { errors } from './errors.ts'
import { localdevPort } from './localdev-port.ts'
import { serviceName, trySplit } from './service-name.ts'
import type { ServiceId } from './service-name.ts'

/** A service on an address and a port. Which process that is, its instance id says. */
export type NodeId = ServiceId & {
  /** IPv4. */
  readonly address: string
  readonly port: number
}

/** `hello_dev@10.0.3.7`, with the port behind where it is not the one that `localdevPort` gives the app. */
export function nodeName({ app, flavor, address, port }: NodeId): string {
  const name = `${serviceName(app, flavor)}@${address}`
  return port === localdevPort(app) ? name : `${name}:${port}`
}

/** The inverse of `nodeName`. Throws NAMES_NODE_INVALID. */
export function parseNodeName(text: string): NodeId {
  const at = text.indexOf('@')
  if (at === -1) throw refuse(text, 'an @ and an address', text.length)
  const service = trySplit(text.slice(0, at), '_')
  if (!('flavor' in service)) throw refuse(text, service.expected, service.at)
  const rest = text.slice(at + 1)
  const colon = rest.indexOf(':')
  const address = colon === -1 || rest.includes(':', colon + 1) ? rest : rest.slice(0, colon)
  const fault = addressFault(address)
  if (fault !== undefined) throw refuse(text, fault.expected, at + 1 + fault.at)
  const usual = localdevPort(service.app)
  if (address === rest) return { ...service, address, port: usual }
  const port = parsePort(rest.slice(colon + 1))
  const before = at + 2 + colon
  if (port === undefined) throw refuse(text, 'a port from 1 to 65535 without zeros before it', before)
  if (port === usual) throw refuse(text, `no port, because ${port} is the usual one of ${service.app}`, before - 1)
  return { ...service, address, port }
}

/** Undefined for what is no port as it is written. */
export function parsePort(text: string): number | undefined {
  const port = /^[1-9]\d{0,4}$/.test(text) ? Number(text) : 0
  return port > 0 && port <= 65_535 ? port : undefined
}

function refuse(found: string, expected: string, at: number): Error {
  return errors.NAMES_NODE_INVALID({ found, expected, at })
}
