import { describe, expect, test } from 'vitest'
import { childrenOf, initialState } from './state.ts'
import type { Effect, Event, State } from './state.ts'
import { step } from './step.ts'
import { keyOf, timersOf } from './timers.ts'

/** A launcher and the children that really live: what the launcher believes is compared with them. */
type World = { state: State; alive: readonly number[]; ready: readonly number[]; killed: readonly number[] }

const nothing: World = { state: initialState, alive: [], ready: [], killed: [] }

function after(world: World, event: Event): { world: World; effects: readonly Effect[] } {
  const { state, effects } = step(world.state, event)
  const gone = event.on === 'exit' ? event.child : undefined
  const spawned = effects.flatMap((effect) => (effect.do === 'spawn' ? [effect.child] : []))
  const killed = effects.flatMap((effect) => (effect.do === 'kill' ? [effect.child] : []))
  const adopted = event.on === 'adopt' ? childrenOf(state).filter((child) => !world.alive.includes(child)) : []
  const ready = event.on === 'ready' ? [event.child] : adopted
  const lives = (child: number): boolean => child !== gone
  return {
    world: {
      state,
      alive: [...world.alive.filter(lives), ...spawned, ...adopted],
      ready: [...world.ready.filter(lives), ...ready],
      killed: [...world.killed.filter(lives), ...killed],
    },
    effects,
  }
}

const FOLLOWING = ['beside', 'at-once', 'after'] as const

/** Everything that can happen next: somebody asks, a child gets ready or ends, a clock runs out. */
function eventsOf({ state, alive, ready }: World): readonly Event[] {
  return [
    ...(['stop', 'kill'] as const).map((on): Event => ({ on })),
    ...FOLLOWING.map((next): Event => ({ on: 'start', next })),
    ...(state.spawned === 0 ? [{ on: 'adopt' } as const] : []),
    ...FOLLOWING.map((next): Event => ({ on: 'swap', next })),
    ...alive.filter((child) => !ready.includes(child)).map((child): Event => ({ on: 'ready', child })),
    ...alive.map((child): Event => ({ on: 'exit', child })),
    ...timersOf(state).map((timer): Event => ({ on: 'time', timer })),
  ]
}

/** Children renumbered in the order of their age, so that what differs only by numbers is looked at once. */
function nameOf({ state, alive, ready, killed }: World): string {
  const number = (child: number): number => alive.indexOf(child)
  const { phase, ending, failures } = state
  const named = {
    ...phase,
    ...('child' in phase && { child: number(phase.child) }),
    ...('next' in phase && { next: number(phase.next) }),
  }
  return JSON.stringify([
    named,
    ending.map(({ child, isKilled }) => [number(child), isKilled]),
    Math.min(failures, 2),
    ready.map(number),
    killed.map(number),
  ])
}

type Transition = { before: World; event: Event; world: World; effects: readonly Effect[] }

/** Every step that some order of so many events comes to. */
function explore(depth: number): readonly Transition[] {
  const seen = new Set([nameOf(nothing)])
  const transitions: Transition[] = []
  const worlds = { last: [nothing] }
  for (let left = depth; left > 0; left -= 1) {
    const taken = worlds.last.flatMap((before) =>
      eventsOf(before).map((event) => ({ before, event, ...after(before, event) })),
    )
    for (const transition of taken) transitions.push(transition)
    worlds.last = taken.flatMap(({ world }) => (isNew(seen, nameOf(world)) ? [world] : []))
  }
  return transitions
}

function isNew(seen: Set<string>, name: string): boolean {
  if (seen.has(name)) return false
  seen.add(name)
  return true
}

const DEPTH = 9
const transitions = explore(DEPTH)

describe(`in every order of ${DEPTH} events`, () => {
  test('the launcher knows exactly the children that live', () => {
    expect(transitions.length).toBeGreaterThan(10_000)
    expect(unless(({ world }) => isSameSet(childrenOf(world.state), world.alive))).toEqual([])
  })

  test('at most one child is about to serve beside the one that serves', () => {
    expect(unless(({ world }) => world.alive.length - world.state.ending.length <= 2)).toEqual([])
  })

  test('a child that serves is told to end only when somebody asks for it, or when its successor is ready', () => {
    const isAskedFor = ({ event }: Transition): boolean =>
      event.on === 'stop' || event.on === 'kill' || (event.on === 'swap' && event.next !== 'beside')
    const isReplaced = ({ event, world }: Transition): boolean =>
      event.on === 'ready' && world.state.phase.is === 'running' && world.state.phase.child === event.child
    expect(unless((each) => !endsWhoServes(each) || isAskedFor(each) || isReplaced(each))).toEqual([])
  })

  test('a child that may only start after the end of the others does', () => {
    const startsAfter = ({ before, event, effects }: Transition): boolean => {
      const { phase, ending } = before.state
      const isStarted = effects.some((effect) => effect.do === 'spawn')
      const serves = phase.is === 'running' || phase.is === 'starting'
      if (event.on === 'swap' && event.next === 'after' && serves) return !isStarted
      if (event.on === 'start' && event.next === 'after') return !isStarted || ending.length === 0
      const isLast = event.on === 'exit' && ending.length === 1 && ending[0]?.child === event.child
      return phase.is !== 'waiting' || phase.forEnd !== true || isStarted === isLast
    }
    expect(unless(startsAfter)).toEqual([])
  })

  test('a child that drains is told whether another follows', () => {
    const follows = ({ event }: Transition): boolean => event.on === 'ready' || event.on === 'swap'
    const isTold = (each: Transition): boolean =>
      each.effects.every((effect) => effect.do !== 'drain' || effect.hasSuccessor === follows(each))
    expect(unless(isTold)).toEqual([])
  })

  test('no child is told to end twice in the same way, and none that is dead', () => {
    const isFirstTime = ({ before, world, effects }: Transition): boolean =>
      effects.every((effect) => {
        if (effect.do !== 'kill' && effect.do !== 'drain') return true
        const told = effect.do === 'kill' ? before.killed : before.state.ending.map(({ child }) => child)
        return !told.includes(effect.child) && [...before.alive, ...world.alive].includes(effect.child)
      })
    expect(unless(isFirstTime)).toEqual([])
  })

  test('who is told to drain has a deadline, who starts too, and a pause has an end', () => {
    const isTimed = ({ world: { state, killed } }: Transition): boolean => {
      const clocks = timersOf(state).map(keyOf)
      const { phase } = state
      const drains = state.ending.every(({ child }) => clocks.includes(`drain ${child}`) || killed.includes(child))
      if (phase.is === 'starting') return drains && clocks.includes(`ready ${phase.child}`)
      if (phase.is !== 'waiting') return drains
      const isEnding = state.ending.length > 0
      return drains && (phase.forEnd === true ? isEnding : clocks.includes(`restart ${state.failures}`))
    }
    expect(unless(isTimed)).toEqual([])
  })

  test('a stop comes to its end, and all else to one child that serves, when children do as they are told', () => {
    const comesToRest = ({ world }: Transition): boolean => {
      const rest = runToRest(world)
      const isDown = world.state.phase.is === 'down' || world.state.phase.is === 'stopping'
      const isAsWanted = rest.state.phase.is === (isDown ? 'down' : 'running')
      return isAsWanted && rest.alive.length === (isDown ? 0 : 1) && timersOf(rest.state).length === 0
    }
    expect(unless(comesToRest)).toEqual([])
  })
})

/** The steps that break a rule. */
function unless(holds: (transition: Transition) => boolean): readonly Transition[] {
  return transitions.filter((transition) => !holds(transition)).slice(0, 1)
}

function isSameSet(some: readonly number[], others: readonly number[]): boolean {
  return some.length === others.length && some.every((each) => others.includes(each))
}

function endsWhoServes({ before, effects }: Transition): boolean {
  const { phase } = before.state
  if (phase.is !== 'running' && phase.is !== 'swapping') return false
  return effects.some((effect) => (effect.do === 'drain' || effect.do === 'kill') && effect.child === phase.child)
}

/** Lets everything that is under way come to its end: who ends ends, who starts gets ready, and clocks run out. */
function runToRest(from: World): World {
  const now = { world: from }
  for (let steps = 0; steps < 100; steps += 1) {
    const event = nextInTurn(now.world)
    if (event === undefined) return now.world
    now.world = after(now.world, event).world
  }
  throw new Error(`no rest after 100 steps: ${JSON.stringify(now.world)}`)
}

function nextInTurn({ state, ready }: World): Event | undefined {
  const [ending] = state.ending
  if (ending !== undefined) return { on: 'exit', child: ending.child }
  const { phase } = state
  if (phase.is === 'swapping') return ready.includes(phase.next) ? undefined : { on: 'ready', child: phase.next }
  if (phase.is === 'starting') return { on: 'ready', child: phase.child }
  const [timer] = timersOf(state)
  return timer === undefined ? undefined : { on: 'time', timer }
}
