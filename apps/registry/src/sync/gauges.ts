import type { Holding, Mirrors, Source } from '@mochi/mirror'

/** What `/stats` says of each source; seen when this process becomes the one that writes, and when a run ends. */
type Seen = { readonly success: number | undefined; readonly isOk: boolean; readonly holding: Holding }

export type SyncGauges = {
  /** Names and figures. In a process that does not write they are no numbers, and `/stats` leaves them out. */
  readonly figures: readonly (readonly [name: string, read: () => number])[]
  refresh(mirrors: Mirrors): Promise<void>
}

/** A source that was never brought up to date is as old as can be: no alarm is to miss it. */
export function createSyncGauges(sources: readonly Source[], now: () => number): SyncGauges {
  const seen = new Map<string, Seen>()
  const read = (name: string, figure: (of: Seen) => number) => () => {
    const found = seen.get(name)
    return found === undefined ? Number.NaN : figure(found)
  }
  const ageIn = ({ success }: Seen): number =>
    success === undefined ? Number.MAX_SAFE_INTEGER : Math.floor(Math.max(0, now() - success) / 1_000)
  return {
    figures: sources.flatMap(({ name }) => [
      [`mirror.age.${name}`, read(name, ageIn)] as const,
      [`mirror.bytes.${name}`, read(name, ({ holding }) => holding.bytes)] as const,
      [`mirror.ok.${name}`, read(name, ({ isOk }) => (isOk ? 1 : 0))] as const,
    ]),
    refresh: async (mirrors) => {
      const at = now()
      for (const { source, age, last } of await mirrors.ages()) {
        const holding = await sources.find(({ name }) => name === source)?.measure()
        const success = age === undefined ? undefined : at - age
        seen.set(source, { success, isOk: last?.failed === 0, holding: holding ?? { count: 0, bytes: 0 } })
      }
    },
  }
}
