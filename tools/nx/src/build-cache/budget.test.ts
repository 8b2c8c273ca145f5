import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createBudget } from './budget.ts'

test('moments that several requests lose together count once', () => {
  const budget = createBudget(2_000)
  budget.spend(0, 500)
  budget.spend(100, 600)
  budget.spend(1_000, 1_200)

  expect([budget.spent, budget.remaining]).toEqual([800, 1_200])
})

test('a later end than beginning is needed to lose anything', () => {
  const budget = createBudget(2_000)
  budget.spend(500, 500)
  budget.spend(500, 100)
  budget.spend(Infinity, 900)

  expect(budget.spent).toBe(0)
})

test('nothing remains of a budget that is overdrawn', () => {
  const budget = createBudget(2_000)
  budget.spend(0, 3_000)

  expect(budget.remaining).toBe(0)
})

test('in whatever order requests end, what is lost is the number of moments in which one of them was lost', () => {
  const moments = fc.tuple(fc.nat(40), fc.nat(40))
  fc.assert(
    fc.property(fc.array(moments), (spans) => {
      const budget = createBudget(2_000)
      for (const [from, until] of spans) budget.spend(from, until)
      const lost = Array.from({ length: 40 }, (_, moment) =>
        spans.some(([from, until]) => from <= moment && moment < until),
      )
      expect(budget.spent).toBe(lost.filter(Boolean).length)
    }),
  )
})
