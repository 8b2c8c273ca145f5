import { createClock, createInbox } from '@mochi/testing'
import { describe, expect, test } from 'vitest'
import { address, answerTo, createFakeServer, soa } from './fake-server.fixture.ts'
import type { Ask } from './fake-server.fixture.ts'
import { createDnsClient } from './index.ts'
import type { ClientOptions, Server } from './index.ts'

const name = 'hello.example'
const one = (ask: Ask) => ask.reply(answerTo(ask, { answers: [address(name, '10.0.0.1')] }))

/** On a clock that stands still, so that no try ends before its answer; `advance` ends them. */
function createClient(servers: readonly Server[], options: Partial<ClientOptions> = {}) {
  const clock = createClock()
  const client = createDnsClient({ servers, clock, ...options })
  return { clock, resolve: client.resolve.bind(client), client, [Symbol.dispose]: () => client[Symbol.dispose]() }
}

describe('an answer', () => {
  test('comes by a datagram', async () => {
    await using server = await createFakeServer(one)
    using client = createClient([server])
    expect(await client.resolve(name, 'A')).toEqual({
      status: 'found',
      records: [address(name, '10.0.0.1')],
      server: `127.0.0.1:${server.port}`,
      ageMs: 0,
      stale: false,
      failure: undefined,
    })
  })

  test('has SRV and TXT records as they are', async () => {
    const srv = {
      name,
      class: 'IN',
      ttl: 5,
      type: 'SRV',
      priority: 0,
      weight: 1,
      port: 4000,
      target: `n1.${name}`,
    } as const
    const txt = { name, class: 'IN', ttl: 5, type: 'TXT', texts: ['version=1', 'instance=x'] } as const
    await using server = await createFakeServer((ask) => ask.reply(answerTo(ask, { answers: [srv, txt] })))
    using client = createClient([server])
    expect((await client.resolve(name, 'SRV')).records).toEqual([srv])
    expect((await client.resolve(name, 'TXT')).records).toEqual([txt])
  })

  test('has names in lower case, though the question has upper and lower by chance', async () => {
    await using server = await createFakeServer((ask) => {
      const [question] = ask.message.questions
      ask.reply(answerTo(ask, { answers: [address(question?.name ?? '', '10.0.0.1')] }))
    })
    using client = createClient([server], { random: (limit) => limit - 1 })
    const { records } = await client.resolve('Hello.Example.', 'A')
    expect(server.asks.items[0]?.message.questions[0]?.name).toBe('HELLO.EXAMPLE')
    expect(records).toEqual([address(name, '10.0.0.1')])
  })

  test('follows aliases within it, and counts as long as the shortest of them', async () => {
    const alias = { name, class: 'IN', ttl: 2, type: 'CNAME', target: 'other.example' } as const
    const answers = [alias, address('other.example', '10.0.0.1', 60)]
    await using server = await createFakeServer((ask) => ask.reply(answerTo(ask, { answers })))
    using client = createClient([server])
    expect(await client.resolve(name, 'A')).toMatchObject({ status: 'found', records: [{ address: '10.0.0.1' }] })
    await client.clock.advance(1999)
    expect(client.client.cached(name, 'A')).toBeDefined()
    await client.clock.advance(1)
    expect(client.client.cached(name, 'A')).toBeUndefined()
  })

  test('that is truncated is asked for by TCP', async () => {
    const many = Array.from({ length: 1000 }, (_, index) => address(name, `10.0.${index >> 8}.${index & 255}`))
    await using server = await createFakeServer((ask) =>
      ask.reply(answerTo(ask, ask.via === 'tcp' ? { answers: many } : { truncated: true })),
    )
    using client = createClient([server])
    expect((await client.resolve(name, 'A')).records).toHaveLength(1000)
    expect(server.asks.items.map(({ via }) => via)).toEqual(['udp', 'tcp'])
  })

  test('that comes in pieces by TCP is put together', async () => {
    await using server = await createFakeServer((ask) => {
      byTcp(ask, () => {
        const message = answerTo(ask, { answers: [address(name, '10.0.0.1')] })
        for (const byte of [0, message.length, ...message]) ask.raw(Buffer.of(byte))
      })
    })
    using client = createClient([server])
    expect((await client.resolve(name, 'A')).records).toHaveLength(1)
  })

  test('of 64 KB by TCP is read', async () => {
    const texts = Array.from({ length: 250 }, () => 'x'.repeat(255))
    const answers = [{ name, class: 'IN', ttl: 5, type: 'TXT', texts } as const]
    await using server = await createFakeServer((ask) =>
      ask.reply(answerTo(ask, ask.via === 'tcp' ? { answers } : { truncated: true })),
    )
    using client = createClient([server])
    expect((await client.resolve(name, 'TXT')).records).toEqual(answers)
  })
})

describe('a datagram that is no answer is passed over', () => {
  test.each<[string, (ask: Ask) => Buffer]>([
    ['another id', (ask) => answerTo(ask, { id: ask.message.id ^ 1 })],
    ['another name', (ask) => answerTo(ask, { questions: [{ name: 'other.example', type: 'A', class: 'IN' }] })],
    ['another type', (ask) => answerTo(ask, { questions: [{ name, type: 'TXT', class: 'IN' }] })],
    ['two questions', (ask) => answerTo(ask, { questions: [...ask.message.questions, ...ask.message.questions] })],
    ['no question, and records', (ask) => answerTo(ask, { questions: [], answers: [address(name, '6.6.6.6')] })],
    ['a question, not an answer', (ask) => answerTo(ask, { response: false })],
    ['another opcode', (ask) => answerTo(ask, { opcode: 'UPDATE' })],
    ['garbage', () => Buffer.from('garbage that is no message')],
    ['nothing', () => Buffer.alloc(0)],
    ['half an answer', (ask) => answerTo(ask, { answers: [address(name, '6.6.6.6')] }).subarray(0, 30)],
    ['64 KB', () => Buffer.alloc(65_507)],
  ])('%s', async (_, forge) => {
    await using server = await createFakeServer((ask) => {
      ask.reply(forge(ask))
      one(ask)
    })
    using client = createClient([server])
    expect((await client.resolve(name, 'A')).records).toEqual([address(name, '10.0.0.1')])
  })

  test('what comes from another port, or another server, never reaches the client', async () => {
    await using other = await createFakeServer(() => undefined)
    await using server = await createFakeServer((ask) => {
      other.udp.send(answerTo(ask, { answers: [address(name, '6.6.6.6')] }), ask.from, '127.0.0.1', () => one(ask))
    })
    using client = createClient([server])
    expect((await client.resolve(name, 'A')).records).toEqual([address(name, '10.0.0.1')])
  })

  test('many of them have the answer asked for by TCP', async () => {
    await using server = await createFakeServer((ask) => {
      if (ask.via === 'tcp') one(ask)
      else for (let id = 0; id < 64; id++) ask.reply(answerTo(ask, { id: ask.message.id ^ (id + 1) }))
    })
    using client = createClient([server])
    expect((await client.resolve(name, 'A')).records).toEqual([address(name, '10.0.0.1')])
  })

  test('one that lost the case of its letters has it asked for by TCP', async () => {
    await using server = await createFakeServer((ask) => {
      const questions = [{ name, type: 'A', class: 'IN' } as const]
      ask.reply(answerTo(ask, { questions, answers: [address(name, ask.via === 'tcp' ? '10.0.0.1' : '6.6.6.6')] }))
    })
    using client = createClient([server], { random: (limit) => limit - 1 })
    expect((await client.resolve(name, 'A')).records).toEqual([address(name, '10.0.0.1')])
  })
})

test('each question has a port and an id of its own', async () => {
  await using server = await createFakeServer(one)
  using client = createClient([server])
  for (let index = 0; index < 20; index++) await client.resolve(name, 'A', { fresh: true })
  const { items } = server.asks
  expect(new Set(items.map(({ from }) => from)).size).toBeGreaterThan(10)
  expect(new Set(items.map(({ message }) => message.id)).size).toBeGreaterThan(10)
  expect(new Set(items.map(({ message }) => message.questions[0]?.name)).size).toBeGreaterThan(5)
})

describe('a server that fails', () => {
  test.each<[string, (ask: Ask) => void, string]>([
    ['says SERVFAIL', (ask) => ask.reply(answerTo(ask, { rcode: 'SERVFAIL' })), 'SERVFAIL'],
    [
      'says REFUSED without the question',
      (ask) => ask.reply(answerTo(ask, { rcode: 'REFUSED', questions: [] })),
      'REFUSED',
    ],
    [
      'refers to others',
      (ask) =>
        ask.reply(
          answerTo(ask, { authorities: [{ name: 'example', class: 'IN', ttl: 5, type: 'NS', target: 'ns.example' }] }),
        ),
      'a referral to other servers',
    ],
    [
      'has an alias that leads out',
      (ask) =>
        ask.reply(answerTo(ask, { answers: [{ name, class: 'IN', ttl: 5, type: 'CNAME', target: 'else.where' }] })),
      'an alias that leads out of the answer, to else.where',
    ],
    [
      'has aliases in a circle',
      (ask) =>
        ask.reply(
          answerTo(ask, {
            answers: [
              { name, class: 'IN', ttl: 5, type: 'CNAME', target: 'b.example' },
              { name: 'b.example', class: 'IN', ttl: 5, type: 'CNAME', target: name },
            ],
          }),
        ),
      'an alias that leads out of the answer',
    ],
    [
      'ends a TCP connection',
      (ask) => byTcp(ask, () => ask.raw(Buffer.alloc(0), { end: true })),
      'a connection that ended, by TCP',
    ],
    [
      'ends a TCP connection in the middle',
      (ask) => byTcp(ask, () => ask.raw(Buffer.from([0, 50, 1, 2, 3]), { end: true })),
      'a connection that ended in the middle of a message, after 5 bytes, by TCP',
    ],
    [
      'sends garbage by TCP',
      (ask) => byTcp(ask, () => ask.reply(Buffer.from('garbage'))),
      'an answer that cannot be read',
    ],
    [
      'answers something else by TCP',
      (ask) => byTcp(ask, () => ask.reply(answerTo(ask, { id: ask.message.id ^ 1 }))),
      'an answer to something else, by TCP',
    ],
    ['truncates by TCP too', (ask) => ask.reply(answerTo(ask, { truncated: true })), 'an answer too long even for TCP'],
  ])('because it %s is followed by the next', async (_, fail, reason) => {
    await using bad = await createFakeServer(fail)
    await using good = await createFakeServer(one)
    using client = createClient([bad, good])
    expect((await client.resolve(name, 'A')).server).toBe(`127.0.0.1:${good.port}`)
    using alone = createClient([bad], { tries: 1 })
    await expect(alone.resolve(name, 'A')).rejects.toMatchObject({
      code: 'DNS_NO_ANSWER',
      message: expect.stringContaining(`127.0.0.1:${bad.port} ${reason}`),
      hint: `dig @127.0.0.1 -p ${bad.port} ${name} A`,
    })
  })

  test('that is not there is followed by the next', async () => {
    const gone = await createFakeServer(() => undefined)
    await gone[Symbol.asyncDispose]()
    await using good = await createFakeServer(one)
    using client = createClient([gone, good])
    expect((await client.resolve(name, 'A')).server).toBe(`127.0.0.1:${good.port}`)
  })

  test('is not asked first again', async () => {
    await using bad = await createFakeServer((ask) => ask.reply(answerTo(ask, { rcode: 'SERVFAIL' })))
    await using good = await createFakeServer(one)
    using client = createClient([bad, good])
    await client.resolve(name, 'A')
    await client.resolve('b.example', 'A').catch(() => undefined)
    expect(bad.asks.items).toHaveLength(1)
  })

  test('that is silent is asked again, and its late answer to the first question is not taken for another', async () => {
    const late = createInbox<Ask>()
    await using server = await createFakeServer((ask) => {
      if (late.items.length > 0) one(ask)
      late.push(ask)
    })
    using client = createClient([server], { random: (limit) => limit >> 1 })
    const asking = client.resolve(name, 'A')
    const first = await late.waitFor(() => true)
    await client.clock.advance(400)
    first.reply(answerTo(first, { answers: [address(name, '6.6.6.6')] }))
    await client.clock.advance(100)
    expect((await asking).records).toEqual([address(name, '10.0.0.1')])
  })

  test('is not waited for beyond the deadline', async () => {
    await using server = await createFakeServer(() => undefined)
    using client = createClient([server])
    const asking = client.resolve(name, 'A')
    asking.catch(() => undefined)
    await server.asks.waitForCount(1)
    await client.clock.advance(3000)
    await expect(asking).rejects.toMatchObject({
      code: 'DNS_NO_ANSWER',
      facts: { question: { name, type: 'A' }, ms: expect.any(Number) },
    })
    expect(client.clock.pending).toBe(0)
  })

  test('with half a TCP frame is not waited for beyond the deadline', async () => {
    await using server = await createFakeServer((ask) => byTcp(ask, () => ask.raw(Buffer.from([0, 50, 1]))))
    using client = createClient([server], { tries: 1 })
    const asking = client.resolve(name, 'A')
    asking.catch(() => undefined)
    await server.asks.waitForCount(2)
    await client.clock.advance(3000)
    await expect(asking).rejects.toMatchObject({ message: expect.stringContaining('no answer, by TCP') })
  })
})

function byTcp(ask: Ask, then: () => void): void {
  if (ask.via === 'tcp') then()
  else ask.reply(answerTo(ask, { truncated: true }))
}

describe('the cache', () => {
  test('answers for as long as the record lives', async () => {
    await using server = await createFakeServer(one)
    using client = createClient([server])
    await client.resolve(name, 'A')
    await client.clock.advance(4999)
    expect(await client.resolve('HELLO.example.', 'A')).toMatchObject({ ageMs: 4999, stale: false })
    expect(server.asks.items).toHaveLength(1)
    await client.clock.advance(1)
    expect(await client.resolve(name, 'A')).toMatchObject({ ageMs: 0 })
    expect(server.asks.items).toHaveLength(2)
  })

  test('is passed by where a fresh answer is wanted', async () => {
    await using server = await createFakeServer(one)
    using client = createClient([server])
    await client.resolve(name, 'A')
    await client.resolve(name, 'A', { fresh: true })
    expect(server.asks.items).toHaveLength(2)
  })

  test.each<['no-name' | 'no-data', 'NXDOMAIN' | 'NOERROR', { ttl: number; minimum: number }, number]>([
    ['no-name', 'NXDOMAIN', { ttl: 60, minimum: 5 }, 5000],
    ['no-data', 'NOERROR', { ttl: 60, minimum: 5 }, 5000],
    ['no-name', 'NXDOMAIN', { ttl: 3, minimum: 3600 }, 3000],
    ['no-name', 'NXDOMAIN', { ttl: 2 ** 31, minimum: 3600 }, 0],
  ])('keeps that there is %s (%s) as the SOA says: %o', async (status, rcode, times, ms) => {
    await using server = await createFakeServer((ask) =>
      ask.reply(answerTo(ask, { rcode, authorities: [soa('example', times)] })),
    )
    using client = createClient([server])
    expect(await client.resolve(name, 'A')).toMatchObject({ status, records: [] })
    await client.clock.advance(Math.max(0, ms - 1))
    await client.resolve(name, 'A')
    expect(server.asks.items).toHaveLength(ms === 0 ? 2 : 1)
    await client.clock.advance(1)
    await client.resolve(name, 'A')
    expect(server.asks.items).toHaveLength(ms === 0 ? 3 : 2)
  })

  test('does not keep that there is none where no SOA, or that of another zone, says for how long', async () => {
    await using server = await createFakeServer((ask) =>
      ask.reply(answerTo(ask, { rcode: 'NXDOMAIN', authorities: [soa('other')] })),
    )
    using client = createClient([server])
    await client.resolve(name, 'A')
    await client.resolve(name, 'A')
    expect(server.asks.items).toHaveLength(2)
  })

  test('has one question under way for all who ask it', async () => {
    const held = createInbox<Ask>()
    await using server = await createFakeServer(held.push)
    using client = createClient([server])
    const all = [
      client.resolve(name, 'A'),
      client.resolve('HELLO.example', 'A'),
      client.resolve(name, 'A', { fresh: true }),
    ]
    one(await held.waitFor(() => true))
    expect(new Set((await Promise.all(all)).map(({ records }) => records)).size).toBe(1)
    expect(server.asks.items).toHaveLength(1)
  })

  test('is bounded: what was asked for longest ago goes first', async () => {
    await using server = await createFakeServer((ask) =>
      ask.reply(answerTo(ask, { answers: [address(ask.message.questions[0]?.name ?? '', '10.0.0.1', 60)] })),
    )
    using client = createClient([server], { cacheRecords: 6 })
    for (const label of ['a', 'b', 'c', 'd']) await client.resolve(`${label}.example`, 'A')
    expect(['a', 'b', 'c', 'd'].map((label) => client.client.cached(`${label}.example`, 'A') !== undefined)).toEqual([
      false,
      true,
      true,
      true,
    ])
  })
})

describe('the last known good answer', () => {
  test('is given with its age and the reason when all servers fail', async () => {
    const state = { away: false }
    await using server = await createFakeServer((ask) =>
      state.away ? ask.reply(answerTo(ask, { rcode: 'SERVFAIL' })) : one(ask),
    )
    using client = createClient([server], { tries: 1 })
    await client.resolve(name, 'A')
    state.away = true
    await client.clock.advance(60_000)
    expect(await client.resolve(name, 'A')).toMatchObject({
      status: 'found',
      records: [{ address: '10.0.0.1' }],
      ageMs: 60_000,
      stale: true,
      failure: { code: 'DNS_NO_ANSWER' },
    })
  })

  test('is given at once for a second after that, and then the servers are asked again', async () => {
    const state = { away: true }
    await using server = await createFakeServer((ask) =>
      state.away ? ask.reply(answerTo(ask, { rcode: 'SERVFAIL' })) : one(ask),
    )
    using client = createClient([server], { tries: 1 })
    await expect(client.resolve(name, 'A')).rejects.toMatchObject({ code: 'DNS_NO_ANSWER' })
    state.away = false
    await expect(client.resolve(name, 'A')).rejects.toMatchObject({ code: 'DNS_NO_ANSWER' })
    expect(server.asks.items).toHaveLength(1)
    await client.clock.advance(1000)
    expect(await client.resolve(name, 'A')).toMatchObject({ status: 'found', failure: undefined })
  })

  test('is not given when it is older than it may be', async () => {
    const state = { away: false }
    await using server = await createFakeServer((ask) =>
      state.away ? ask.reply(answerTo(ask, { rcode: 'SERVFAIL' })) : one(ask),
    )
    using client = createClient([server], { tries: 1, staleMs: 10_000 })
    await client.resolve(name, 'A')
    state.away = true
    await client.clock.advance(10_001)
    await expect(client.resolve(name, 'A')).rejects.toMatchObject({ code: 'DNS_NO_ANSWER' })
  })

  test('gives way to the answer that the name is gone', async () => {
    const state = { gone: false }
    await using server = await createFakeServer((ask) =>
      state.gone ? ask.reply(answerTo(ask, { rcode: 'NXDOMAIN', authorities: [soa('example')] })) : one(ask),
    )
    using client = createClient([server])
    await client.resolve(name, 'A')
    state.gone = true
    await client.clock.advance(5000)
    expect(await client.resolve(name, 'A')).toMatchObject({ status: 'no-name', records: [], stale: false })
  })
})

test('who leaves early takes the answer from nobody else', async () => {
  const held = createInbox<Ask>()
  await using server = await createFakeServer(held.push)
  using client = createClient([server])
  const leaving = new AbortController()
  const first = client.resolve(name, 'A', { signal: leaving.signal })
  const second = client.resolve(name, 'A', { signal: new AbortController().signal })
  const ask = await held.waitFor(() => true)
  leaving.abort(new Error('enough'))
  await expect(first).rejects.toThrow('enough')
  one(ask)
  expect((await second).status).toBe('found')
  await expect(client.resolve(name, 'A', { signal: leaving.signal })).rejects.toThrow('enough')
})

test('closing the client ends what is under way', async () => {
  await using server = await createFakeServer(() => undefined)
  using client = createClient([server])
  const asking = client.resolve(name, 'A')
  await server.asks.waitForCount(1)
  client.client[Symbol.dispose]()
  await expect(asking).rejects.toMatchObject({ code: 'DNS_NO_ANSWER' })
  expect(client.clock.pending).toBe(0)
})

test.each([[], [{ address: 'localhost', port: 53 }], [{ address: '127.0.0.1', port: 0 }]])(
  'servers %o are refused',
  (...servers) => {
    expect(() => createDnsClient({ servers })).toThrow(expect.objectContaining({ code: 'DNS_SERVER_INVALID' }))
  },
)

test('a text that is no name is refused before anybody is asked', async () => {
  using client = createClient([{ address: '127.0.0.1', port: 1 }])
  await expect(client.resolve('a..b', 'A')).rejects.toMatchObject({ code: 'DNS_NAME_INVALID' })
})
