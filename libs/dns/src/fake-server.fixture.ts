import { once } from 'node:events'
import { createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import { createSocket } from 'node:dgram'
import type { Socket as DatagramSocket } from 'node:dgram'
import { createInbox } from '@mochi/testing'
import type { Inbox } from '@mochi/testing'
import { createMessage, decodeMessage, encodeMessage, frame, FrameReader } from './index.ts'
import type { DnsRecord, Message, ReadMessage, Server } from './index.ts'

/** A question as it came, and the way back. */
export type Ask = {
  readonly via: 'udp' | 'tcp'
  readonly message: ReadMessage
  readonly bytes: Buffer
  /** The port that it was asked from. */
  readonly from: number
  /** A datagram, or a message with its length before it. */
  reply(message: Uint8Array): void
  /** These bytes as they are. By TCP the connection then ends where `end` says so. */
  raw(bytes: Uint8Array, options?: { end?: boolean }): void
}

export type FakeServer = AsyncDisposable & Server & { readonly asks: Inbox<Ask>; readonly udp: DatagramSocket }

/** A server of both ways on one free port of loopback that does what the test says, and answers nothing by itself. */
export async function createFakeServer(onAsk: (ask: Ask) => void): Promise<FakeServer> {
  const asks = createInbox<Ask>()
  const take = (bytes: Buffer, way: Omit<Ask, 'bytes' | 'message'>) => {
    const result = decodeMessage(bytes)
    if (!result.ok) throw new Error(`The client sent what is no message: ${result.fault.reason}.`)
    const ask = { ...way, bytes, message: result.message }
    onAsk(ask)
    asks.push(ask)
  }
  const sockets = new Set<Socket>()
  const tcp = createServer((socket) => {
    sockets.add(socket)
    const frames = new FrameReader()
    const raw = (bytes: Uint8Array, { end = false } = {}) => {
      if (end) socket.end(bytes)
      else socket.write(bytes)
    }
    const way = {
      via: 'tcp' as const,
      from: socket.remotePort ?? 0,
      raw,
      reply: (message: Uint8Array) => raw(frame(message)),
    }
    socket.on('error', () => undefined)
    socket.on('data', (chunk: Buffer) => {
      for (const bytes of frames.push(chunk)) take(bytes, way)
    })
  })
  const { udp, port } = await listen(tcp)
  udp.on('message', (bytes, { port: from, address }) => {
    const raw = (reply: Uint8Array) => udp.send(reply, from, address)
    take(bytes, { via: 'udp', from, raw, reply: raw })
  })
  const close = async () => {
    for (const socket of sockets) socket.destroy()
    udp.close()
    tcp.close()
    await once(tcp, 'close')
  }
  return { address: '127.0.0.1', port, asks, udp, [Symbol.asyncDispose]: close }
}

/** What is free for one way may be taken for the other. */
async function listen(tcp: ReturnType<typeof createServer>): Promise<{ udp: DatagramSocket; port: number }> {
  tcp.listen(0, '127.0.0.1')
  await once(tcp, 'listening')
  const { port } = tcp.address() as AddressInfo
  const udp = createSocket('udp4')
  const bound = await new Promise<boolean>((resolve) => {
    udp.once('error', () => resolve(false))
    udp.bind(port, '127.0.0.1', () => resolve(true))
  })
  if (bound) return { udp, port }
  tcp.close()
  await once(tcp, 'close')
  return await listen(tcp)
}

/** The answer to a question, with these parts. */
export function answerTo({ message }: Pick<Ask, 'message'>, parts: Partial<Message> = {}): Buffer {
  const { id, opcode, questions } = message
  return encodeMessage(createMessage({ id, opcode, response: true, questions, ...parts }))
}

export function address(name: string, ip: string, ttl = 5): DnsRecord {
  return { name, class: 'IN', ttl, type: 'A', address: ip }
}

export function soa(name: string, { ttl = 60, minimum = 5, serial = 1 } = {}): DnsRecord {
  const times = { refresh: 60, retry: 60, expire: 600, minimum }
  return { name, class: 'IN', ttl, type: 'SOA', mname: `ns.${name}`, rname: `admin.${name}`, serial, ...times }
}
