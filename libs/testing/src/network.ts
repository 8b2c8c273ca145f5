import type { Clock } from './clock.ts'
import type { Random } from './random.ts'

/** How a way between two hosts treats datagrams. Probabilities are from 0 to 1, times in milliseconds. */
export type Link = {
  /** The least and the most time under way. Default: 1 to 1. */
  latency: readonly [min: number, max: number]
  /** The probability that a datagram is lost. */
  loss: number
  /** The probability that a datagram arrives twice. */
  duplication: number
  /** The probability that a datagram is overtaken. All others arrive in the order in which they were sent. */
  reordering: number
}

export type Datagram = { readonly from: Address; readonly to: Address; readonly data: Uint8Array }
export type Address = { readonly host: string; readonly port: number }

export type DatagramSocket = Disposable & {
  readonly address: Address
  /** Never fails, as UDP never does: nobody need be there. The bytes are copied. */
  send(data: Uint8Array, to: Address): void
}

/** What became of the datagrams. `unheard`: nobody was bound where it arrived. `cut`: a partition was in the way. */
export type NetworkCounts = Record<
  'sent' | 'delivered' | 'lost' | 'duplicated' | 'reordered' | 'cut' | 'unheard',
  number
>

/** Hosts that exchange datagrams in memory: bad in every way a test wants, and the same way for the same seed. */
export type TestNetwork = {
  /** Opens a port of a host; a host exists by its name alone. Throws when the port is taken. */
  bind(address: Address, receive: (datagram: Datagram) => void): DatagramSocket
  /** Changes all ways, or those between two hosts in both directions. What is under way stays as it was. */
  shape(link: Partial<Link>, between?: readonly [string, string]): void
  /**
   * Only hosts of the same group reach each other; hosts in no group reach no one but each other. What is under way
   * across the cut is lost. Replaces an earlier partition.
   */
  partition(...groups: readonly (readonly string[])[]): void
  /** Ends the partition. */
  heal(): void
  readonly counts: Readonly<NetworkCounts>
}

const PERFECT: Link = { latency: [1, 1], loss: 0, duplication: 0, reordering: 0 }

/**
 * Time passes by the clock, chance comes from the random stream; a way between two hosts draws from a stream of its own,
 * so that traffic elsewhere does not change what happens on it.
 */
export function createNetwork({ random, clock }: { random: Random; clock: Clock }): TestNetwork {
  const bound = new Map<string, (datagram: Datagram) => void>()
  const ways = createWays(random)
  const groups = new Map<string, number>()
  const counts: NetworkCounts = { sent: 0, delivered: 0, lost: 0, duplicated: 0, reordered: 0, cut: 0, unheard: 0 }
  const connected = (one: string, other: string) => groups.get(one) === groups.get(other)

  const deliver = (datagram: Datagram): void => {
    const receive = bound.get(keyOf(datagram.to))
    if (!connected(datagram.from.host, datagram.to.host)) counts.cut++
    else if (receive === undefined) counts.unheard++
    else {
      counts.delivered++
      receive(datagram)
    }
  }
  const send = (datagram: Datagram): void => {
    counts.sent++
    const fate = ways.between(datagram.from.host, datagram.to.host).next(clock.monotonic())
    if (fate.arrivals.length === 0) counts.lost++
    if (fate.arrivals.length > 1) counts.duplicated++
    if (fate.reordered) counts.reordered++
    for (const delay of fate.arrivals) clock.setTimeout(() => deliver(datagram), delay)
  }

  return {
    bind: (address, receive) => {
      const key = keyOf(address)
      if (bound.has(key)) throw new Error(`${key} is bound already.`)
      bound.set(key, receive)
      return {
        address,
        send: (data, to) => send({ from: address, to, data: Uint8Array.from(data) }),
        [Symbol.dispose]: () => void bound.delete(key),
      }
    },
    shape: ways.shape,
    partition: (...parts) => {
      groups.clear()
      for (const [index, hosts] of parts.entries()) for (const host of hosts) groups.set(host, index)
    },
    heal: () => groups.clear(),
    counts,
  }
}

/** What happens to one datagram: the delays after which it arrives, none when it is lost. */
type Fate = { arrivals: number[]; reordered: boolean }

type Ways = {
  between: (from: string, to: string) => { next(now: number): Fate }
  shape: (link: Partial<Link>, between?: readonly [string, string]) => void
}

function createWays(random: Random): Ways {
  const shapes = new Map<string, Partial<Link>>()
  const ways = new Map<string, { random: Random; lastArrival: number }>()
  let everywhere = PERFECT
  return {
    shape: (link, between) => {
      if (between === undefined) everywhere = { ...everywhere, ...link }
      else shapes.set(pairOf(between), { ...shapes.get(pairOf(between)), ...link })
    },
    between: (from, to) => {
      const name = JSON.stringify([from, to])
      const way = ways.get(name) ?? { random: random.fork(name), lastArrival: 0 }
      ways.set(name, way)
      const link = { ...everywhere, ...shapes.get(pairOf([from, to])) }
      return { next: (now) => decide(link, way, now) }
    },
  }
}

function decide(link: Link, way: { random: Random; lastArrival: number }, now: number): Fate {
  const [min, max] = link.latency
  const travel = () => min + way.random.float() * (max - min)
  if (way.random.chance(link.loss)) return { arrivals: [], reordered: false }
  const reordered = way.random.chance(link.reordering)
  // Overtaken: it comes later than it would, and what follows does not wait for it.
  const arrival = reordered ? now + travel() + 2 * max + 1 : Math.max(now + travel(), way.lastArrival)
  if (!reordered) way.lastArrival = arrival
  const arrivals = [arrival - now]
  if (way.random.chance(link.duplication)) arrivals.push(arrival - now + travel())
  return { arrivals, reordered }
}

function keyOf({ host, port }: Address): string {
  return `${host}:${port}`
}

function pairOf(hosts: readonly [string, string]): string {
  return JSON.stringify(hosts.toSorted())
}
