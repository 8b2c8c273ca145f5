import { describe, expect, test } from 'vitest'
import { Held, toBytes } from './bytes.ts'
import { Comparison } from './comparison.ts'
import type { ComparisonOptions } from './comparison.ts'
import type { Hit } from './upstream.ts'

const ARCHIVE = toBytes(Buffer.from('archive'))
const stored = hit({ task: 'foo:build', contents: 'aaa', writer: 'ci 7', written: '2026-01-01T00:00:00Z' })

describe('a shared hit of a reproducible target', () => {
  test('whose turn has come is compared with what is built in its place', async () => {
    const comparison = start({ inspect: () => Promise.resolve('bbb') })

    expect([comparison.choose('1', stored), comparison.isChosen('1')]).toEqual([true, true])
    expect([await comparison.compare('1', ARCHIVE), comparison.isChosen('1')]).toEqual([409, false])
    expect(comparison.outcome).toEqual({
      compared: 1,
      differences: [
        {
          task: 'foo:build',
          hash: '1',
          stored: { contents: 'aaa', writer: 'ci 7', written: '2026-01-01T00:00:00Z' },
          built: { contents: 'bbb' },
        },
      ],
    })
  })

  test('that is built equal is no difference', async () => {
    const comparison = start({ inspect: () => Promise.resolve('aaa') })
    comparison.choose('1', stored)
    await comparison.compare('1', ARCHIVE)

    expect(comparison.outcome).toEqual({ compared: 1, differences: [] })
  })

  test('whose new archive cannot be read is not compared', async () => {
    const comparison = start({ inspect: () => Promise.reject(new Error('no gzip')) })
    comparison.choose('1', stored)

    expect(await comparison.compare('1', ARCHIVE)).toBe(403)
    expect(comparison.outcome).toEqual({ compared: 0, differences: [] })
  })

  test.each<[string, Hit, Partial<ComparisonOptions>]>([
    ['its turn has not come', stored, { random: () => 0.5 }],
    ['no comparison is wished', stored, { oneIn: 0, random: () => 0 }],
    ['it is of another target', hit({ task: 'foo:test', contents: 'aaa' }), {}],
    ['its task is not known', hit({ contents: 'aaa' }), {}],
    ['its outputs have no digest', hit({ task: 'foo:build' }), {}],
  ])('is used when %s', (_, found, changed) => {
    expect(start(changed).choose('1', found)).toBe(false)
  })
})

function start(changed: Partial<ComparisonOptions>): Comparison {
  const inspect = (): Promise<string> => Promise.reject(new Error('not asked for'))
  return new Comparison({ oneIn: 2, targets: ['build'], random: () => 0.49, inspect, ...changed })
}

function hit(fields: Partial<Hit>): Hit {
  const body = new Held(ARCHIVE, { [Symbol.dispose]: () => undefined })
  return { kind: 'hit', body, task: undefined, contents: undefined, writer: 'unknown', written: 'unknown', ...fields }
}
