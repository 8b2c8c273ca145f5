import { appNameFault, appNameRule, localdevPort, platformPorts } from '@mochi/names'
import type { Node } from 'jsonc-parser'
import { quote } from './describe.ts'
import type { Fault } from './fault.ts'
import { entriesOf, getValue, itemsOf } from './tree.ts'
import type { Entry } from './tree.ts'

/** What keeps the schema of mochi.json and still cannot be meant. Reads over whatever has another shape. */
export function findMeaningFaults(root: Node): Fault[] {
  const services = entriesOf(getValue(root, 'services'))
  return [
    ...services.flatMap(nameFaults),
    ...services.flatMap(platformPortFaults),
    ...sharedPortFaults(services),
    ...itemsOf(getValue(root, 'idcs')).flatMap(idcFaults),
  ]
}

function nameFaults({ key, keyNode: { offset, length } }: Entry): Fault[] {
  const fault = appNameFault(key)
  if (fault === undefined) return []
  const { suggestion } = fault
  const near = { offset, length, suggestion: suggestion === undefined ? undefined : quote(suggestion) }
  if (fault.kind === 'rule') return [{ ...near, expected: `the name of an app (${appNameRule})`, found: quote(key) }]
  return [{ ...near, expected: 'a name that is free for an app', found: `${quote(key)}, reserved: ${fault.reason}` }]
}

function platformPortFaults({ value }: Entry): Fault[] {
  const port = getValue(value, 'port')
  const holder = Object.entries(platformPorts).find(([, number]) => number === port?.value)?.[0]
  if (port === undefined || holder === undefined) return []
  const { offset, length } = port
  return [{ offset, length, expected: 'a port of its own', found: `${String(port.value)}, the port of the ${holder}` }]
}

/** Two services on one port, whether it was given or follows from the name: the second is to blame, or the one given. */
function sharedPortFaults(services: readonly Entry[]): Fault[] {
  const placed = services.map(place)
  const holders = new Map<unknown, Placed>()
  // Ports that follow from a name first: they cannot be moved without being given.
  const byBlame = [...placed.filter(({ isGiven }) => !isGiven), ...placed.filter(({ isGiven }) => isGiven)]
  return byBlame.flatMap((service): Fault[] => {
    const holder = holders.get(service.port)
    if (holder === undefined) holders.set(service.port, service)
    if (holder === undefined || holder.key === service.key || typeof service.port !== 'number') return []
    const { offset, length } = service.node
    const found = `${service.port}, which ${quote(holder.key)} has ${holder.isGiven ? 'too' : 'by its name'}`
    return [{ offset, length, expected: 'a port of its own for every service', found }]
  })
}

type Placed = { key: string; port: unknown; isGiven: boolean; node: Node }

function place({ key, keyNode, value }: Entry): Placed {
  const given = getValue(value, 'port')
  const port = given === undefined ? localdevPort(key) : (given.value as unknown)
  return { key, port, isGiven: given !== undefined, node: given ?? keyNode }
}

function idcFaults(node: Node): Fault[] {
  if (node.value !== 'local') return []
  const { offset, length } = node
  return [{ offset, length, expected: 'the name of a data centre', found: '"local", the IDC of every laptop' }]
}
