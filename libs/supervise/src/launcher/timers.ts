import type { State, Timer } from './state.ts'

/** The clocks that have to run in a state. One that is no longer among them has lost its meaning. */
export function timersOf({ phase, ending, failures }: State): readonly Timer[] {
  const drains = ending.filter(({ isKilled }) => !isKilled).map(({ child }): Timer => ({ of: 'drain', child }))
  switch (phase.is) {
    case 'starting':
      return [{ of: 'ready', child: phase.child }, ...drains]
    case 'running':
      return failures === 0 ? drains : [{ of: 'stable', child: phase.child }, ...drains]
    case 'swapping':
      return [{ of: 'ready', child: phase.next }, ...drains]
    case 'waiting':
      return phase.forEnd !== true ? [{ of: 'restart', failures }, ...drains] : drains
    case 'down':
    case 'stopping':
      return drains
  }
}

/** One clock is another when it is of the same thing. */
export function isSame(one: Timer, other: Timer): boolean {
  return keyOf(one) === keyOf(other)
}

/** A clock's name among those of one launcher. */
export function keyOf(timer: Timer): string {
  return timer.of === 'restart' ? `restart ${timer.failures}` : `${timer.of} ${timer.child}`
}
