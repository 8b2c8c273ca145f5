import { serving } from './state.ts'
import type { Effect, Event, Next, State, Step, Timer } from './state.ts'
import { isSame, timersOf } from './timers.ts'

/** The state after an event, and what is to be done. An event that means nothing in a state changes nothing. */
export function step(state: State, event: Event): Step {
  switch (event.on) {
    case 'start':
      return start(state, event.next)
    case 'adopt':
      return adopt(state)
    case 'stop':
      return state.phase.is === 'stopping' ? killAll(state) : stop(state)
    case 'kill':
      return kill(state)
    case 'swap':
      return swap(state, event.next)
    case 'ready':
      return becomeReady(state, event.child)
    case 'exit':
      return exit(state, event.child)
    case 'time':
      return timeIsOver(state, event.timer)
  }
}

function stay(state: State): Step {
  return { state, effects: [] }
}

function then(first: Step, next: (state: State) => Step): Step {
  const second = next(first.state)
  return { state: second.state, effects: [...first.effects, ...second.effects] }
}

/** Starts a child that nobody is served by yet. */
function spawn(state: State): Step {
  const child = state.spawned + 1
  return {
    state: { ...state, spawned: child, phase: { is: 'starting', child } },
    effects: [{ do: 'spawn', child }],
  }
}

function start(state: State, next: Next): Step {
  if (state.phase.is !== 'down' && state.phase.is !== 'stopping') return stay(state)
  return follow({ ...state, failures: 0 }, next)
}

/** The first child is one that runs already. */
function adopt(state: State): Step {
  if (state.spawned > 0) return stay(state)
  return stay({ ...state, spawned: 1, phase: { is: 'running', child: 1 } })
}

function stop(state: State): Step {
  if (state.phase.is === 'down' || state.phase.is === 'stopping') return stay(state)
  const ended = end(state, serving(state.phase), false)
  return then(ended, (now) => stay(settle({ ...now, phase: { is: 'stopping' } })))
}

/** Nobody is told to drain: who is quick enough would end as if it had been asked kindly. */
function kill(state: State): Step {
  if (state.phase.is === 'down') return stay(state)
  const children = serving(state.phase).map((child) => ({ child, isKilled: false }))
  const stopping: State = { ...state, phase: { is: 'stopping' }, ending: [...state.ending, ...children] }
  return then(killAll(stopping), (now) => stay(settle(now)))
}

/** A stop is over with its last child. */
function settle(state: State): State {
  return state.phase.is === 'stopping' && state.ending.length === 0 ? { ...state, phase: { is: 'down' } } : state
}

function end(state: State, children: readonly number[], hasSuccessor: boolean): Step {
  return {
    state: { ...state, ending: [...state.ending, ...children.map((child) => ({ child, isKilled: false }))] },
    effects: children.map((child) => ({ do: 'drain', child, hasSuccessor })),
  }
}

/** A child that was not ready in time has no request to finish. */
function endAtOnce(state: State, child: number): Step {
  return {
    state: { ...state, ending: [...state.ending, { child, isKilled: true }] },
    effects: [{ do: 'kill', child }],
  }
}

function killAll(state: State): Step {
  const alive = state.ending.filter(({ isKilled }) => !isKilled)
  return {
    state: { ...state, ending: state.ending.map(({ child }) => ({ child, isKilled: true })) },
    effects: alive.map(({ child }) => ({ do: 'kill', child })),
  }
}

/** A child that is not ready yet stands for what was asked for before: another takes its place. */
function swap(state: State, next: Next): Step {
  const { phase } = state
  switch (phase.is) {
    case 'running':
      return next === 'beside' ? spawnNext(state, phase.child) : replace(state, phase.child, next)
    case 'swapping':
      return then(end(state, [phase.next], true), (now) => spawnNext(now, phase.child))
    case 'starting':
      return replace(state, phase.child, next)
    case 'waiting':
      return phase.forEnd === true ? stay(state) : spawn({ ...state, failures: 0 })
    case 'down':
    case 'stopping':
      return stay(state)
  }
}

/** Nobody is served until the next is ready. */
function replace(state: State, child: number, next: Next): Step {
  return then(end(state, [child], true), (now) => follow(now, next))
}

/** Starts the next, or waits until nobody is left who could be taken for it. */
function follow(state: State, next: Next): Step {
  if (next !== 'after' || state.ending.length === 0) return spawn(state)
  return stay({ ...state, phase: { is: 'waiting', forEnd: true } })
}

function spawnNext(state: State, child: number): Step {
  const next = state.spawned + 1
  return {
    state: { ...state, spawned: next, phase: { is: 'swapping', child, next } },
    effects: [{ do: 'spawn', child: next }],
  }
}

function becomeReady(state: State, child: number): Step {
  const { phase } = state
  if (phase.is === 'starting' && phase.child === child) {
    return { state: { ...state, phase: { is: 'running', child } }, effects: [{ do: 'tell', what: 'ready', child }] }
  }
  if (phase.is === 'swapping' && phase.next === child) {
    const running: State = { ...state, failures: 0, phase: { is: 'running', child } }
    const told: Step = { state: running, effects: [{ do: 'tell', what: 'swapped', child }] }
    return then(told, (now) => end(now, [phase.child], true))
  }
  return stay(state)
}

function exit(state: State, child: number): Step {
  const { phase } = state
  if (state.ending.some((ending) => ending.child === child)) {
    const left: State = { ...state, ending: state.ending.filter((ending) => ending.child !== child) }
    const isAwaited = phase.is === 'waiting' && phase.forEnd === true && left.ending.length === 0
    return isAwaited ? spawn(left) : stay(settle(left))
  }
  if (phase.is === 'swapping' && phase.next === child) {
    return {
      state: { ...state, phase: { is: 'running', child: phase.child } },
      effects: [{ do: 'tell', what: 'swap-failed', child }],
    }
  }
  if (!serving(phase).includes(child)) return stay(state)
  const effects: Effect[] = [{ do: 'tell', what: 'ended-unasked', child }]
  if (phase.is === 'swapping') return { state: { ...state, phase: { is: 'starting', child: phase.next } }, effects }
  return { state: fail(state), effects }
}

function fail(state: State): State {
  return { ...state, failures: state.failures + 1, phase: { is: 'waiting' } }
}

function timeIsOver(state: State, timer: Timer): Step {
  const { phase } = state
  if (!timersOf(state).some((each) => isSame(each, timer))) return stay(state)
  switch (timer.of) {
    case 'restart':
      return spawn(state)
    case 'stable':
      return stay({ ...state, failures: 0 })
    case 'drain':
      return {
        state: {
          ...state,
          ending: state.ending.map((each) => (each.child === timer.child ? { ...each, isKilled: true } : each)),
        },
        effects: [
          { do: 'tell', what: 'overdue', child: timer.child },
          { do: 'kill', child: timer.child },
        ],
      }
    case 'ready': {
      const told: Step = {
        state: phase.is === 'swapping' ? { ...state, phase: { is: 'running', child: phase.child } } : fail(state),
        effects: [{ do: 'tell', what: phase.is === 'swapping' ? 'swap-failed' : 'late', child: timer.child }],
      }
      return then(told, (now) => endAtOnce(now, timer.child))
    }
  }
}
