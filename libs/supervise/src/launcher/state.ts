/**
 * What a launcher does next, without doing it. The launcher keeps one child of a service serving.
 *
 *            start            ready               swap
 *    down ──────────▶ starting ───────▶ running ──────────▶ swapping
 *     ▲                 ▲   │            ▲   │              │  │  │
 *     │    back-off is  │   │ it ends,   │   │ it ends      │  │  │ the next is ready: it serves,
 *     │    over, swap   │   │ or is late │   ▼              │  │  └─▶ running, and the old one drains
 *     │                 └─ waiting ◀─────┼───┘              │  │ the next ends or is late
 *     │                                  └──────────────────┼──┘
 *     │ the last child                    the serving one ends: starting, with the next
 *     └──────────────── stopping ◀── stop, from every other state; start leads back to starting
 *
 * A child that was told to end is in `ending` until it has ended, whatever else goes on; at its deadline it is killed. Where
 * the next may only start after it, a swap leads to waiting until then.
 */
export type State = {
  readonly phase: Phase
  readonly ending: readonly Ending[]
  /** How often in a row a child ended that was not told to, or was not ready in time. */
  readonly failures: number
  /** How many children there have been; each is known by its number. */
  readonly spawned: number
}

export type Phase =
  | { readonly is: 'down' }
  | { readonly is: 'starting'; readonly child: number }
  | { readonly is: 'running'; readonly child: number }
  | { readonly is: 'swapping'; readonly child: number; readonly next: number }
  /** For the back-off to be over, or for the end of those that were told to end, before another starts. */
  | { readonly is: 'waiting'; readonly forEnd?: true }
  | { readonly is: 'stopping' }

export type Ending = { readonly child: number; readonly isKilled: boolean }

export type Event =
  /** Somebody asks: `kill` is a stop without a drain. A start may find children of before that still drain. */
  | { readonly on: 'start'; readonly next: Next }
  | { readonly on: 'stop' | 'kill' }
  /** A process that serves already, started by a launcher that has died, is taken over. */
  | { readonly on: 'adopt' }
  /** Somebody asks for another child in the place of this one. */
  | { readonly on: 'swap'; readonly next: Next }
  | { readonly on: 'ready' | 'exit'; readonly child: number }
  /** The time of one of `timersOf` is over. */
  | { readonly on: 'time'; readonly timer: Timer }

/**
 * When the next child starts: `beside` the one that serves, which is told to end when the next is ready; `at-once`, while the
 * one that served ends; or `after` its end, where one could be taken for the other.
 */
export type Next = 'beside' | 'at-once' | 'after'

export type Timer =
  /** The child should be ready by now; have drained by now; has run long enough to be called stable. */
  | { readonly of: 'ready' | 'drain' | 'stable'; readonly child: number }
  /** The back-off before the next start. */
  | { readonly of: 'restart'; readonly failures: number }

export type Effect =
  | { readonly do: 'spawn' | 'kill'; readonly child: number }
  | { readonly do: 'drain'; readonly child: number; readonly hasSuccessor: boolean }
  | { readonly do: 'tell'; readonly what: News; readonly child: number }

/** What the launcher says of a child. */
export type News = 'ready' | 'swapped' | 'ended-unasked' | 'late' | 'swap-failed' | 'overdue'

export type Step = { readonly state: State; readonly effects: readonly Effect[] }

export const initialState: State = { phase: { is: 'down' }, ending: [], failures: 0, spawned: 0 }

/** The children that a state knows of: those that live. */
export function childrenOf({ phase, ending }: State): readonly number[] {
  return [...serving(phase), ...ending.map(({ child }) => child)]
}

/** Those of them that were not told to end. */
export function serving(phase: Phase): readonly number[] {
  switch (phase.is) {
    case 'starting':
    case 'running':
      return [phase.child]
    case 'swapping':
      return [phase.child, phase.next]
    case 'down':
    case 'waiting':
    case 'stopping':
      return []
  }
}
