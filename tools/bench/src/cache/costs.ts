import type { Load } from './loads.ts'
import { processorTime } from './processor-time.ts'

/** What all loads of one server took together. Milliseconds; of processors only where the system counts them. */
export type Costs = { requests: number; ms: number; server: number; clients: number }

export type Account = {
  readonly total: Costs
  /** Runs a load on the server with these processes, and gives the milliseconds between two answers. */
  readonly add: (load: () => Load | Promise<Load>) => Promise<number>
}

export function createAccount(pids: readonly number[]): Account {
  const total: Costs = { requests: 0, ms: 0, server: 0, clients: 0 }
  return {
    total,
    add: async (run) => {
      const before = processorTime(pids) ?? NaN
      const { requests, ms, clients = NaN } = await run()
      total.server += (processorTime(pids) ?? NaN) - before
      total.requests += requests
      total.ms += ms
      total.clients += clients
      return ms / requests
    },
  }
}

/** What of the processors went to whom: so a reader sees whether the servers or their clients were measured. */
export function describeCosts(ours: Costs, other: Costs, name = 'nginx'): string {
  if (Number.isNaN(ours.server + other.server + ours.clients + other.clients)) return ''
  const each = (ms: number, { requests }: Costs): string => (ms / requests).toFixed(2)
  const share = ({ clients, ms }: Costs): string => `${((clients / ms) * 100).toFixed(0)} %`
  return [
    `Processor time of the server for one: ${each(ours.server, ours)} ms, of ${name} ${each(other.server, other)} ms;`,
    `of the clients ${each(ours.clients, ours)} and ${each(other.clients, other)} ms,`,
    `which is ${share(ours)} and ${share(other)} of one processor.`,
  ].join(' ')
}
