import type { Clock } from './budget.ts'

export type Quiet = Disposable & { restart(): void }

/** Calls back once nobody has restarted it for so long. */
export function watchQuiet(clock: Clock, ms: number, onQuiet: () => void): Quiet {
  let timer = clock.setTimeout(onQuiet, ms)
  return {
    restart: () => {
      timer[Symbol.dispose]()
      timer = clock.setTimeout(onQuiet, ms)
    },
    [Symbol.dispose]: () => timer[Symbol.dispose](),
  }
}
