import { describe, expect, test } from 'vitest'
import { createClock } from './clock.ts'
import type { Timer } from './clock.ts'

describe('a test clock', () => {
  test('stands still until it is advanced', async () => {
    const clock = createClock(1000)
    expect([clock.now(), clock.monotonic()]).toEqual([1000, 0])
    await clock.advance(250)
    expect([clock.now(), clock.monotonic()]).toEqual([1250, 250])
  })

  test('fires timers by their time, then by their creation, each at its own time', async () => {
    const clock = createClock(0)
    const fired: [string, number][] = []
    const note = (name: string) => () => fired.push([name, clock.now()])
    clock.setTimeout(note('late'), 30)
    clock.setTimeout(note('first of two'), 20)
    clock.setTimeout(note('second of two'), 20)
    clock.setTimeout(note('never'), 31)
    await clock.advance(30)
    expect(fired).toEqual([
      ['first of two', 20],
      ['second of two', 20],
      ['late', 30],
    ])
    expect(clock.pending).toBe(1)
  })

  test('lets promises settle between two timers', async () => {
    const clock = createClock()
    const seen: string[] = []
    const work = async () => {
      await clock.sleep(10)
      for (let hop = 0; hop < 20; hop++) await Promise.resolve()
      seen.push('work')
    }
    void work()
    clock.setTimeout(() => seen.push('timer'), 11)
    await clock.advance(20)
    expect(seen).toEqual(['work', 'timer'])
  })

  test('fires a timer that a timer made, when it falls due within the same advance', async () => {
    const clock = createClock(0)
    const fired: number[] = []
    const chain = () => {
      fired.push(clock.now())
      clock.setTimeout(chain, 10)
    }
    clock.setTimeout(chain, 10)
    await clock.advance(35)
    expect(fired).toEqual([10, 20, 30])
  })

  test('keeps an interval going until it is disposed, also by itself', async () => {
    const clock = createClock(0)
    const fired: number[] = []
    const timer: Timer = clock.setInterval(() => {
      fired.push(clock.now())
      if (fired.length === 3) timer[Symbol.dispose]()
    }, 10)
    await clock.advance(1000)
    expect(fired).toEqual([10, 20, 30])
    expect(clock.pending).toBe(0)
  })

  test('does not hang on an interval of zero', async () => {
    const clock = createClock(0)
    let count = 0
    using _timer = clock.setInterval(() => count++, 0)
    await clock.advance(5)
    expect(count).toBe(5)
  })

  test('does not fire a disposed timer', async () => {
    const clock = createClock()
    let fired = false
    {
      using _timer = clock.setTimeout(() => (fired = true), 10)
    }
    await clock.advance(100)
    expect(fired).toBe(false)
  })

  test('jumps with its wall time only', async () => {
    const clock = createClock(1_000_000)
    let fired = false
    clock.setTimeout(() => (fired = true), 100)
    clock.jump(-500_000)
    await clock.advance(99)
    expect([clock.now(), clock.monotonic(), fired]).toEqual([500_099, 99, false])
    await clock.advance(1)
    expect(fired).toBe(true)
  })

  test('ends a sleep whose signal is aborted, with its reason and without a timer left', async () => {
    const clock = createClock()
    const controller = new AbortController()
    const slept = clock.sleep(1000, { signal: controller.signal })
    controller.abort(new Error('shutting down'))
    await expect(slept).rejects.toThrow('shutting down')
    await expect(clock.sleep(1, { signal: controller.signal })).rejects.toThrow('shutting down')
    expect(clock.pending).toBe(0)
  })

  test('refuses to be advanced backwards', async () => {
    await expect(createClock().advance(-1)).rejects.toThrow('0 or more milliseconds, not by -1')
  })

  test("has timers of the same shape as Node's own", () => {
    const own: Timer = setTimeout(() => undefined, 1_000_000)
    own[Symbol.dispose]()
    using fake: Timer = createClock().setTimeout(() => undefined, 1)
    expect(() => fake.unref()).not.toThrow()
  })
})
