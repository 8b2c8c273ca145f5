import { createClock } from '@mochi/testing'
import { describe, expect, test } from 'vitest'
import { createMicroClock } from './micro-clock.ts'
import type { MicroClock } from './micro-clock.ts'

type Source = { wall: () => number; monotonic: () => number; jump: (ms: number) => void; pass: (ms: number) => void }

/** A wall clock that shows whole milliseconds, as Node's does, and a monotonic one that shows their fractions. */
function createSource(): Source {
  const clock = createClock()
  const state = { passed: 0.0005 }
  return {
    wall: () => Math.floor(clock.now() + state.passed),
    monotonic: () => state.passed,
    jump: (ms) => clock.jump(ms),
    pass: (ms) => void (state.passed += ms),
  }
}

type Make = (wall: () => number, monotonic: () => number) => MicroClock

/** What is wrong with the stamps of a clock over a second that passes, a jump ahead and one back. */
function faultsOf(make: Make): string[] {
  const source = createSource()
  const now = make(source.wall, source.monotonic)
  const faults = new Set<string>()
  for (const jump of [0, 86_400_000, -2 * 86_400_000, 3]) {
    source.jump(jump)
    let last = -Infinity
    for (let turn = 0; turn < 3_000; turn += 1) {
      const micros = now()
      if (micros < last) faults.add('goes back')
      if (Math.abs(micros / 1000 - source.wall()) > 1.001) faults.add('is not the time of the wall')
      last = micros
      source.pass(0.337)
    }
  }
  return [...faults]
}

describe('The clock of the stamps', () => {
  test('goes up by microseconds between two jumps of the wall clock, and follows each of them at once', () => {
    expect(faultsOf(createMicroClock)).toEqual([])
  })

  test('would stay behind a jump as one would first write it, or go back in each millisecond', () => {
    const sinceStart: Make = (wall, monotonic) => {
      const origin = wall() - monotonic()
      return () => Math.floor((origin + monotonic()) * 1000)
    }
    const fractionOfTheOther: Make = (wall, monotonic) => () => wall() * 1000 + Math.floor((monotonic() % 1) * 1000)
    const source = createSource()
    source.pass(0.25)
    expect(faultsOf(sinceStart)).toEqual(['is not the time of the wall'])
    const shifted: Make = (wall, monotonic) => fractionOfTheOther(wall, () => monotonic() + 0.25)
    expect(faultsOf(shifted)).toEqual(['goes back'])
  })

  test('is the system’s without anything handed in', () => {
    const before = Date.now()
    const now = createMicroClock()()
    expect(now).toBeGreaterThanOrEqual(before * 1000)
    expect(now).toBeLessThan((Date.now() + 1) * 1000)
  })
})
