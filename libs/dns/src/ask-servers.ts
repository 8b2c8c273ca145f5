import { readAnswer } from './answer.ts'
import type { Found } from './answer.ts'
import { deadline, sleep } from './capabilities.ts'
import type { Clock, RandomInteger } from './capabilities.ts'
import { exchangeTcp, exchangeUdp } from './exchange.ts'
import type { ExchangeOptions } from './exchange.ts'
import type { Question, ReadMessage } from './message.ts'
import { createQuery } from './question.ts'
import { formatServer } from './servers.ts'
import type { Server } from './servers.ts'

/** What one server did when it was asked. */
export type Attempt = { readonly server: string; readonly failed: string }

export type AskContext = {
  /** In the order in which they are asked. */
  readonly servers: readonly Server[]
  readonly clock: Clock
  readonly random: RandomInteger
  readonly payloadSize: number
  /** How long the first datagram is waited for; each round waits twice as long. */
  readonly tryMs: number
  readonly tries: number
  /** Ends all: the deadline of the whole answer. */
  readonly signal: AbortSignal
}

export type Asked = { readonly found: Found; readonly server: Server } | { readonly attempts: readonly Attempt[] }

/** Between two rounds in which all servers refused at once, so that a storm of questions spreads out. */
const PAUSE_MS = 100

/** Asks one server after the other, several times round, until one answers or the time is over. */
export async function askServers(question: Question, context: AskContext): Promise<Asked> {
  const attempts: Attempt[] = []
  for (let round = 0; round < context.tries; round++) {
    if (round > 0) await sleep(context.clock, jitter(PAUSE_MS * round, context.random), context.signal)
    for (const server of context.servers) {
      if (context.signal.aborted) return { attempts }
      using time = deadline(context.clock, jitter(context.tryMs * 2 ** round, context.random), context.signal)
      const found = await askServer(question, context, { server, signal: time.signal })
      if (typeof found !== 'string') return { found, server }
      attempts.push({ server: formatServer(server), failed: found })
    }
  }
  return { attempts }
}

/** One question to one server: a datagram, and by TCP what does not fit or cannot be trusted. A text says why it failed. */
async function askServer(question: Question, context: AskContext, options: ExchangeOptions): Promise<Found | string> {
  const query = createQuery(question, context)
  const received = await exchangeUdp(query.bytes, { ...options, judge: query.judge })
  if (received !== 'use tcp') return 'failed' in received ? received.failed : readAnswer(received.answer, question)
  const overTcp = await exchangeTcp(query.bytes, { ...options, take: query.take })
  if ('failed' in overTcp) return `${overTcp.failed}, by TCP`
  return readWhole(overTcp.answer, question)
}

function readWhole(answer: ReadMessage | string, question: Question): Found | string {
  if (typeof answer === 'string') return `${answer}, by TCP`
  return answer.truncated ? 'an answer too long even for TCP' : readAnswer(answer, question)
}

/** From three quarters of `ms` to five. */
function jitter(ms: number, random: RandomInteger): number {
  return ms * (0.75 + random(1001) / 2000)
}
