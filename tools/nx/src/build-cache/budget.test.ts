import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createLosses } from './budget.ts'

test('moments that several requests lose together count once', () => {
  const losses = createLosses()
  losses.add(0, 500)
  losses.add(100, 600)
  losses.add(1_000, 1_200)

  expect(losses.total).toBe(800)
})

test('a later end than beginning is needed to lose anything', () => {
  const losses = createLosses()
  losses.add(500, 500)
  losses.add(500, 100)
  losses.add(Infinity, 900)

  expect(losses.total).toBe(0)
})

test('what is waited for is counted as if it were lost, until it has come', () => {
  const losses = createLosses()
  losses.add(0, 500)
  const wait = losses.wait(400)
  expect([losses.total, losses.totalAt(700)]).toEqual([500, 700])
  wait[Symbol.dispose]()

  expect(losses.totalAt(700)).toBe(500)
})

test('in whatever order requests end, what is lost is the number of moments in which one of them was lost', () => {
  const moments = fc.tuple(fc.nat(40), fc.nat(40))
  fc.assert(
    fc.property(fc.array(moments), (spans) => {
      const losses = createLosses()
      for (const [from, until] of spans) losses.add(from, until)
      const lost = Array.from({ length: 40 }, (_, moment) =>
        spans.some(([from, until]) => from <= moment && moment < until),
      )
      expect(losses.total).toBe(lost.filter(Boolean).length)
    }),
  )
})
