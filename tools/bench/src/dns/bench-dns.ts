import { createSocket } from 'node:dgram'
import { Resolver } from 'node:dns/promises'
import { once } from 'node:events'
import { createDnsClient, createMessage, decodeMessage, encodeMessage } from '@mochi/dns'
import type { DnsClient, DnsRecord } from '@mochi/dns'
import * as peer from 'dns-packet'
import type { BenchContext, Benchmark, Findings } from '../benchmarks.ts'
import { compare } from '../comparison.ts'
import type { Result, Side } from '../comparison.ts'

const NAME = '_http._tcp.hello.erl.us1.example.com'
const NODES = 20

/** Questions to a server in the same process, and the messages themselves, a thousand of each. */
export const benchDns: Benchmark = (context) => measureDns(context, { pairs: 21, times: 1000 })

type Size = { readonly pairs: number; readonly times: number }

export async function measureDns({ say }: BenchContext, size: Size): Promise<Findings> {
  await using server = await startServer()
  using client = createDnsClient({ servers: [server] })
  const resolver = new Resolver({ tries: 1 })
  resolver.setServers([`127.0.0.1:${server.port}`])
  await client.resolve(NAME, 'SRV')
  say('asking')
  const questions = await measureQuestions(client, resolver, size)
  say('reading and writing messages')
  const introduction = `A cluster of ${NODES} nodes: its SRV records are asked for, read and written a thousand times.`
  return { introduction, results: [...questions, ...(await measureMessages(size))], missing: [] }
}

async function measureQuestions(client: DnsClient, resolver: Resolver, { pairs, times }: Size): Promise<Result[]> {
  const asked: Side = { label: 'resolveSrv of node:dns', measure: () => time(times, () => resolver.resolveSrv(NAME)) }
  const rounds = { pairs, warmUps: 3 }
  return [
    await compare({
      what: 'a thousand times a cluster from the cache',
      ours: { label: 'cached of @mochi/dns', measure: () => time(times, () => client.cached(NAME, 'SRV')) },
      other: asked,
      ...rounds,
      goal: { of: 'time', most: 2 },
      note: 'Node asks the server each time: it has no cache. 2 ms is 2 µs for each.',
    }),
    await compare({
      what: 'a thousand times a cluster from its server',
      ours: {
        label: 'resolve of @mochi/dns, fresh',
        measure: () => time(times, () => client.resolve(NAME, 'SRV', { fresh: true })),
      },
      other: asked,
      ...rounds,
      note: 'Ours opens a socket for each question, so that its port cannot be guessed, and changes the case of letters. The server works in the same process, as long for both.',
    }),
  ]
}

async function measureMessages({ pairs, times }: Size): Promise<Result[]> {
  const message = createMessage({
    response: true,
    questions: [{ name: NAME, type: 'SRV', class: 'IN' }],
    answers: records(),
  })
  const bytes = encodeMessage(message)
  const theirs = peer.decode(bytes)
  const rounds = { pairs, warmUps: 3 }
  return [
    await compare({
      what: 'a thousand answers, read',
      ours: { label: 'decodeMessage', measure: () => time(times, () => decodeMessage(bytes)) },
      other: { label: 'dns-packet', measure: () => time(times, () => peer.decode(bytes)) },
      ...rounds,
    }),
    await compare({
      what: 'a thousand answers, written',
      ours: { label: 'encodeMessage', measure: () => time(times, () => encodeMessage(message)) },
      other: { label: 'dns-packet', measure: () => time(times, () => peer.encode(theirs)) },
      ...rounds,
      note: `Ours points to names that stand in the message already: ${bytes.length} bytes; dns-packet writes each out: ${peer.encode(theirs).length}.`,
    }),
  ]
}

/** The milliseconds of so many times. What gives no promise is not waited for. */
async function time(times: number, run: () => unknown): Promise<number> {
  const begin = performance.now()
  for (let count = 0; count < times; count++) {
    const result = run()
    if (result instanceof Promise) await result
  }
  return performance.now() - begin
}

async function startServer(): Promise<AsyncDisposable & { address: string; port: number }> {
  const answers = records()
  const socket = createSocket('udp4').on('message', (bytes, from) => {
    const result = decodeMessage(bytes)
    if (!result.ok) return
    const { id, questions } = result.message
    socket.send(encodeMessage(createMessage({ id, response: true, questions, answers })), from.port)
  })
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  return {
    address: '127.0.0.1',
    port: socket.address().port,
    [Symbol.asyncDispose]: async () => {
      const closed = once(socket, 'close')
      socket.close()
      await closed
    },
  }
}

/** They live for an hour: the cache has them for the whole benchmark. */
function records(): DnsRecord[] {
  return Array.from({ length: NODES }, (_, index) => ({
    name: NAME,
    class: 'IN',
    ttl: 3600,
    type: 'SRV',
    priority: 0,
    weight: 1,
    port: 4000 + index,
    target: `n7f000001-${4000 + index}.hello.erl.us1.example.com`,
  }))
}
