import { describe, expect, test } from 'vitest'
import { createClock } from './clock.ts'
import { createNetwork } from './network.ts'
import type { Datagram, Link } from './network.ts'
import { createRandom } from './random.ts'

const A = { host: 'a', port: 1 }
const B = { host: 'b', port: 1 }

/** Two hosts; a sends numbered datagrams to b. */
function twoHosts(seed = 1, link: Partial<Link> = {}) {
  const clock = createClock(0)
  const network = createNetwork({ random: createRandom(seed), clock })
  network.shape(link)
  const arrived: { number: number; at: number }[] = []
  const a = network.bind(A, () => undefined)
  const b = network.bind(B, ({ data }) =>
    arrived.push({ number: new DataView(data.buffer).getUint32(0), at: clock.now() }),
  )
  const send = (count: number) => {
    for (let number = 0; number < count; number++) a.send(numbered(number), B)
  }
  return { clock, network, arrived, a, b, send, numbers: () => arrived.map(({ number }) => number) }
}

function numbered(number: number): Uint8Array {
  const data = new Uint8Array(4)
  new DataView(data.buffer).setUint32(0, number)
  return data
}

const upTo = (count: number) => Array.from({ length: count }, (_, number) => number)

describe('a perfect network', () => {
  test('delivers once, in order, with the sender and a copy of the bytes', async () => {
    const clock = createClock()
    const network = createNetwork({ random: createRandom(1), clock })
    const got: Datagram[] = []
    network.bind(B, (datagram) => got.push(datagram))
    const data = Uint8Array.of(1, 2)
    network.bind(A, () => undefined).send(data, B)
    data[0] = 9
    await clock.advance(1)
    expect(got).toEqual([{ from: A, to: B, data: Uint8Array.of(1, 2) }])
  })

  test('takes the time of its latency', async () => {
    const { clock, arrived, send } = twoHosts(1, { latency: [20, 30] })
    send(100)
    await clock.advance(19)
    expect(arrived).toEqual([])
    await clock.advance(11)
    expect(arrived).toHaveLength(100)
  })

  test('keeps the order, however the latency varies', async () => {
    const { clock, send, numbers } = twoHosts(1, { latency: [1, 100] })
    send(200)
    await clock.advance(200)
    expect(numbers()).toEqual(upTo(200))
  })

  test('loses without a word what nobody listens to', async () => {
    const { clock, network, a, b, arrived } = twoHosts()
    b[Symbol.dispose]()
    a.send(numbered(1), B)
    await clock.advance(10)
    expect(arrived).toEqual([])
    expect(network.counts).toMatchObject({ sent: 1, delivered: 0, unheard: 1 })
    expect(() => network.bind(B, () => undefined)).not.toThrow()
    expect(() => network.bind(A, () => undefined)).toThrow('a:1 is bound already')
  })
})

describe('a bad network', () => {
  test('loses about as many as it should', async () => {
    const { clock, network, arrived, send } = twoHosts(2, { loss: 0.3 })
    send(1000)
    await clock.advance(10)
    expect(Math.abs(arrived.length - 700)).toBeLessThan(60)
    expect(network.counts.lost + arrived.length).toBe(1000)
  })

  test('delivers some twice', async () => {
    const { clock, network, send, numbers } = twoHosts(3, { duplication: 0.2 })
    send(1000)
    await clock.advance(10)
    expect(new Set(numbers()).size).toBe(1000)
    expect(numbers().length - 1000).toBe(network.counts.duplicated)
    expect(Math.abs(network.counts.duplicated - 200)).toBeLessThan(60)
  })

  test('lets some be overtaken', async () => {
    const { clock, network, send, numbers } = twoHosts(4, { reordering: 0.1 })
    send(200)
    await clock.advance(20)
    expect(numbers()).not.toEqual(upTo(200))
    expect(numbers().toSorted((one, other) => one - other)).toEqual(upTo(200))
    expect(network.counts.reordered).toBeGreaterThan(0)
  })

  test('is bad in the same way for the same seed, and in another way for another', async () => {
    const run = async (seed: number) => {
      const { clock, arrived, send } = twoHosts(seed, {
        latency: [1, 50],
        loss: 0.2,
        duplication: 0.2,
        reordering: 0.2,
      })
      send(100)
      await clock.advance(500)
      return arrived
    }
    expect(await run(5)).toEqual(await run(5))
    expect(await run(5)).not.toEqual(await run(6))
  })

  test('is not changed between two hosts by what others send', async () => {
    const run = async (disturbed: boolean) => {
      const { clock, network, send, numbers } = twoHosts(7, { loss: 0.5 })
      const other = network.bind({ host: 'c', port: 1 }, () => undefined)
      if (disturbed) other.send(numbered(0), B)
      network.shape({ loss: 1 }, ['c', 'b'])
      send(50)
      await clock.advance(10)
      return numbers().filter((number) => number > 0)
    }
    expect(await run(true)).toEqual(await run(false))
  })

  test('can be bad between two hosts alone, in both directions', async () => {
    const clock = createClock()
    const network = createNetwork({ random: createRandom(8), clock })
    const got: string[] = []
    const hosts = ['a', 'b', 'c'].map((host) =>
      network.bind({ host, port: 1 }, ({ from, to }) => got.push(`${from.host}${to.host}`)),
    )
    network.shape({ loss: 1 }, ['a', 'b'])
    for (const from of hosts) for (const to of hosts) if (from !== to) from.send(numbered(0), to.address)
    await clock.advance(10)
    expect(got.sort()).toEqual(['ac', 'bc', 'ca', 'cb'])
  })
})

describe('a partition', () => {
  test('cuts groups off from each other, and heals', async () => {
    const { clock, network, arrived, send } = twoHosts()
    network.partition(['a'], ['b'])
    send(3)
    await clock.advance(10)
    expect(arrived).toEqual([])
    expect(network.counts.cut).toBe(3)
    network.heal()
    send(3)
    await clock.advance(10)
    expect(arrived).toHaveLength(3)
  })

  test('loses what is under way across it', async () => {
    const { clock, network, arrived, send } = twoHosts(1, { latency: [10, 10] })
    send(1)
    await clock.advance(5)
    network.partition(['a'], ['b'])
    await clock.advance(5)
    network.heal()
    await clock.advance(50)
    expect(arrived).toEqual([])
  })

  test('leaves hosts of one group, and those of none, together', async () => {
    const together = twoHosts()
    together.network.partition(['a', 'b'], ['c'])
    together.send(1)
    await together.clock.advance(5)
    expect(together.arrived).toHaveLength(1)
    const apart = twoHosts()
    apart.network.partition(['a'])
    apart.send(1)
    await apart.clock.advance(5)
    expect(apart.arrived).toEqual([])
  })
})
