import { describe, expect, test } from 'vitest'
import { initialState } from './state.ts'
import type { Effect, Event, State } from './state.ts'
import { step } from './step.ts'

describe('a launcher', () => {
  test('starts, swaps and stops', () => {
    const { state, told } = run([
      { on: 'start', next: 'beside' },
      { on: 'ready', child: 1 },
      { on: 'swap', next: 'beside' },
      { on: 'ready', child: 2 },
      { on: 'exit', child: 1 },
      { on: 'stop' },
      { on: 'exit', child: 2 },
    ])
    expect(told).toEqual([
      'spawn 1',
      'tell ready 1',
      'spawn 2',
      'tell swapped 2',
      'drain 1 with a successor',
      'drain 2',
    ])
    expect(state.phase).toEqual({ is: 'down' })
  })

  test('keeps the one that serves when the next does not come up', () => {
    const { state, told } = run([
      { on: 'start', next: 'beside' },
      { on: 'ready', child: 1 },
      { on: 'swap', next: 'beside' },
      { on: 'exit', child: 2 },
    ])
    expect(told.slice(2)).toEqual(['spawn 2', 'tell swap-failed 2'])
    expect(state.phase).toEqual({ is: 'running', child: 1 })
  })

  test('gives a child that ends at once more time between starts, until one stays', () => {
    const crash = (child: number): Event[] => [
      { on: 'exit', child },
      { on: 'time', timer: { of: 'restart', failures: child } },
    ]
    const { state } = run([
      { on: 'start', next: 'beside' },
      ...crash(1),
      ...crash(2),
      ...crash(3),
      { on: 'ready', child: 4 },
    ])
    expect(state).toMatchObject({ failures: 3, phase: { is: 'running', child: 4 } })
    expect(step(state, { on: 'time', timer: { of: 'stable', child: 4 } }).state.failures).toBe(0)
  })

  test('kills at the deadline, and at a second stop, what does not end', () => {
    const stopping = run([{ on: 'start', next: 'beside' }, { on: 'ready', child: 1 }, { on: 'stop' }])
    const late = step(stopping.state, { on: 'time', timer: { of: 'drain', child: 1 } })
    expect(late.effects.map(wordsOf)).toEqual(['tell overdue 1', 'kill 1'])
    expect(step(stopping.state, { on: 'stop' }).effects.map(wordsOf)).toEqual(['kill 1'])
    expect(step(late.state, { on: 'stop' }).effects).toEqual([])
  })
})

function run(events: readonly Event[]): { state: State; told: string[] } {
  return events.reduce<{ state: State; told: string[] }>(
    ({ state, told }, event) => {
      const next = step(state, event)
      return { state: next.state, told: [...told, ...next.effects.map(wordsOf)] }
    },
    { state: initialState, told: [] },
  )
}

function wordsOf(effect: Effect): string {
  if (effect.do === 'tell') return `tell ${effect.what} ${effect.child}`
  return `${effect.do} ${effect.child}${effect.do === 'drain' && effect.hasSuccessor ? ' with a successor' : ''}`
}
