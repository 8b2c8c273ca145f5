import { createAccount, describeCosts } from '../cache/costs.ts'
import type { Account } from '../cache/costs.ts'
import type { Load } from '../cache/loads.ts'
import { mostMemory, untilIdle } from '../cache/processor-time.ts'
import { compare } from '../comparison.ts'
import type { Goal, Result } from '../comparison.ts'

export type LoadedSide = {
  readonly label: string
  /** The processes that serve. */
  readonly pids: readonly number[]
  readonly load: () => Promise<Load>
}

export type LoadComparison = {
  readonly what: string
  readonly ours: LoadedSide
  readonly other: LoadedSide & { readonly name: string }
  readonly pairs: number
  readonly goal: Goal
  readonly note: string
}

/** Compares the time between two answers of two servers, and says what it cost whom. */
export async function compareLoads({ what, ours, other, pairs, goal, note }: LoadComparison): Promise<Result> {
  const accounts = { ours: createAccount(ours.pids), other: createAccount(other.pids) }
  const result = await compare({
    what,
    ours: { label: ours.label, measure: () => measureAlone(accounts.ours, ours) },
    other: { label: other.label, measure: () => measureAlone(accounts.other, other) },
    pairs,
    goal,
  })
  const costs = describeCosts(accounts.ours.total, accounts.other.total, other.name)
  const memory = ours.pids.map((pid) => describeMemory('The registry', mostMemory(pid)))
  return { ...result, note: [note, costs, ...memory].filter((text) => text !== '').join(' ') }
}

/** What a server has left to do when its clients are gone is not the other's matter. */
async function measureAlone(account: Account, { pids, load }: LoadedSide): Promise<number> {
  const time = await account.add(load)
  await untilIdle(pids)
  return time
}

/** `most`: the goal. */
export function describeMemory(who: string, megabytes: number | undefined, most?: number): string {
  if (megabytes === undefined) return ''
  const goal = most === undefined ? '' : `; the goal is less than ${most} MB`
  return `${who} has had at most ${megabytes.toFixed(0)} MB of memory${goal}.`
}
