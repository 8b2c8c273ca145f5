/** Something that is mirrored by itself: packages, the toolchain, one git repository. */
export type Source<Item extends PlanItem = PlanItem> = {
  /** `packages`, `toolchain`, `git:NAME`. */
  readonly name: string
  /** Items that are worked on at once. */
  readonly atOnce: number
  /** What there is to do. Changes nothing. Rejects where it cannot be said. */
  plan(signal: AbortSignal): Promise<Plan<Item>>
  /** Does one item of a plan. Rejects where it failed; with `Final`, where trying again is of no use. */
  apply(item: Item, work: Work): Promise<Applied>
  measure(): Promise<Holding>
  /** What nobody wants any more; undefined where nothing is ever removed. */
  readonly prune?: Prune
}

export type PlanItem = {
  /** By which it is found again: a package, a file, a repository. */
  readonly id: string
  /** For people: what will be done. */
  readonly what: string
  /** Files to fetch for it, as far as that is known before; 0: only news are asked for. */
  readonly fetches: number
}

export type Plan<Item extends PlanItem = PlanItem> = {
  /** Files that are wanted, and of these what is held already. */
  readonly wanted: number
  readonly held: number
  readonly items: readonly Item[]
  /** What is wanted and no mirror can have: said, never left out in silence. */
  readonly unobtainable: readonly Unobtainable[]
}

export type Unobtainable = { readonly what: string; readonly reason: string }

export type Work = {
  readonly signal: AbortSignal
  /** Counts bytes as they come. */
  readonly onBytes: (count: number) => void
}

/** What one item has brought. */
export type Applied = {
  readonly fetched: number
  readonly findings?: readonly NewFinding[]
  /** Called once the findings are remembered: until then a source that was killed has to say them again. */
  readonly onNoted?: () => Promise<void>
}

export type Holding = { readonly count: number; readonly bytes: number }

/** Something about upstream that somebody should know. */
export type NewFinding = {
  /** The same for the same fact, whenever it is met: it is reported once. */
  readonly id: string
  /** A word for machines: `changed`, `removed`, `quarantined`, `rewritten`. */
  readonly kind: string
  /** For people: what it is about, and what was found. */
  readonly what: string
  readonly detail: string
  /** True where somebody has to look: commands fail until it is acknowledged. */
  readonly isOpen: boolean
}

export type Prune = {
  plan(): Promise<PrunePlan>
  /** Removes what stands in the plan, and is still wanted by nobody. Gives the bytes that are free again. */
  apply(plan: PrunePlan): Promise<number>
}

export type PrunePlan = {
  readonly items: readonly { readonly what: string; readonly bytes: number }[]
  readonly bytes: number
}

/** Thrown by a source where trying again is of no use: upstream has said no, or other bytes came than were promised. */
export class Final extends Error {}
