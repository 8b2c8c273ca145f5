import type { Context } from '../context.ts'
import { paint } from '../output/color.ts'

/** Tells on standard error what has been done and how long that took. */
export type Steps = { done(what: string): void }

export function createSteps({ stderr }: Context): Steps {
  const state = { last: performance.now() }
  return {
    done: (what) => {
      const now = performance.now()
      stderr.write(`${paint(stderr, 'dim', `${((now - state.last) / 1000).toFixed(1).padStart(5)} s`)}  ${what}\n`)
      state.last = now
    },
  }
}
