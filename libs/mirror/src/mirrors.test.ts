import { readdir, readFile, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { describe, expect, test } from 'vitest'
import { Final, Mirrors } from './index.ts'
import { createMirrors, fakeSource, START } from './mirrors.fixture.ts'

const HOUR = 3_600_000
const changed = { id: 'changed-a', kind: 'changed', what: 'a', detail: 'has other bytes', isOpen: true }
const removed = { id: 'removed-b', kind: 'removed', what: 'b', detail: 'is gone', isOpen: false }

describe('a run', () => {
  test('does every item, and is remembered after a start', async () => {
    await using rig = await createMirrors(fakeSource())

    await rig.sync()

    const [source] = (await rig.again().status()).sources
    expect(source).toMatchObject({ age: 0, isStale: false, last: { done: 2, of: 2, fetched: 2, failed: 0 } })
  })

  test('tells what is planned, how far it has come and how it ended', async () => {
    await using rig = await createMirrors(fakeSource({ items: ['a'] }))

    await rig.sync()

    expect(rig.events.map(({ is }) => is)).toEqual(['planned', 'progress', 'ended'])
  })

  test('tells how it has ended once that is remembered', async () => {
    await using rig = await createMirrors(fakeSource())
    const told: number[] = []
    const mirrors = new Mirrors({ ...rig.options, onResult: ({ done }) => told.push(done) })
    await mirrors.sync({ only: [], signal: new AbortController().signal, onEvent: () => undefined })

    expect(told).toEqual([2])
    expect(await rig.again().ages()).toMatchObject([{ source: 'packages', age: 0, last: { done: 2 } }])
  })

  test('tries again what failed, and then goes on with the rest', async () => {
    const asked: string[] = []
    const apply = (id: string) => {
      asked.push(id)
      if (id === 'a') throw new Error('it is away')
      return { fetched: 1 }
    }
    await using rig = await createMirrors(fakeSource({ apply, atOnce: 1 }))

    const [result] = await rig.sync()

    expect(asked).toEqual(['a', 'a', 'a', 'b'])
    expect(result).toMatchObject({ done: 1, failed: 1, faults: [{ what: 'a', reason: 'it is away' }] })
  })

  test('tries once what is final', async () => {
    const asked: string[] = []
    const apply = (id: string) => {
      asked.push(id)
      throw new Final('it has other bytes')
    }
    await using rig = await createMirrors(fakeSource({ items: ['a'], apply }))

    await rig.sync()

    expect(asked).toEqual(['a'])
  })

  test('that failed leaves its source as old as it was', async () => {
    const state = { isAway: false }
    const apply = () => {
      if (state.isAway) throw new Final('it is away')
      return { fetched: 1 }
    }
    await using rig = await createMirrors(fakeSource({ apply }))
    await rig.sync()
    rig.clock.now += 27 * HOUR
    state.isAway = true

    await rig.sync()

    expect((await rig.mirrors.status()).sources).toMatchObject([{ age: 27 * HOUR, isStale: true }])
  })

  test('says what no mirror can have, and has failed with it', async () => {
    const unobtainable = [{ what: 'c', reason: 'it comes from git' }]
    await using rig = await createMirrors(fakeSource({ unobtainable }))

    expect(await rig.sync()).toMatchObject([{ done: 2, failed: 1, faults: unobtainable }])
  })

  test('of a source that cannot be planned ends no other', async () => {
    const broken = { ...fakeSource({ name: 'toolchain' }), plan: () => Promise.reject(new Error('no lock file')) }
    await using rig = await createMirrors(broken, fakeSource())

    expect(await rig.sync()).toMatchObject([
      { failed: 1, faults: [{ reason: 'no lock file' }] },
      { done: 2, failed: 0 },
    ])
  })

  test('tries again to plan, too', async () => {
    const tries = { left: 2 }
    const sound = fakeSource()
    const plan = (signal: AbortSignal) => {
      tries.left -= 1
      return tries.left >= 0 ? Promise.reject(new Error('it is away')) : sound.plan(signal)
    }
    await using rig = await createMirrors({ ...sound, plan })

    expect(await rig.sync()).toMatchObject([{ done: 2, failed: 0 }])
  })

  test('that is ended has failed, and does no more of its items', async () => {
    const end = new AbortController()
    const apply = () => {
      end.abort()
      return { fetched: 1 }
    }
    await using rig = await createMirrors(fakeSource({ items: ['a', 'b', 'c'], atOnce: 1, apply }))

    expect(await rig.sync(end.signal)).toMatchObject([{ done: 1, of: 3, failed: 1 }])
  })

  test('refuses another beside it', async () => {
    const { promise, resolve } = Promise.withResolvers<undefined>()
    const apply = async () => {
      await promise
      return { fetched: 1 }
    }
    await using rig = await createMirrors(fakeSource({ apply }))
    const first = rig.sync()

    await expect(rig.sync()).rejects.toThrow(expect.objectContaining({ code: 'MIRROR_BUSY' }))
    resolve(undefined)
    expect(await first).toMatchObject([{ failed: 0 }])
  })

  test('is refused while another process has the mirror, and gives it back at its end', async () => {
    await using rig = await createMirrors(fakeSource())
    const holds = { of: 'another', free: 0 }
    const hold = () => (holds.of === 'another' ? undefined : { [Symbol.dispose]: () => void (holds.free += 1) })
    const mirrors = new Mirrors({ ...rig.options, hold })
    const sync = () => mirrors.sync({ only: [], signal: new AbortController().signal, onEvent: () => undefined })

    await expect(sync()).rejects.toThrow(expect.objectContaining({ code: 'MIRROR_BUSY' }))
    holds.of = 'nobody'
    expect([await sync(), holds.free]).toMatchObject([[{ failed: 0 }], 1])
  })

  test('refuses a source that there is not', async () => {
    await using rig = await createMirrors(fakeSource())
    const sync = rig.mirrors.sync({ only: ['git:foo'], signal: new AbortController().signal, onEvent: () => undefined })

    await expect(sync).rejects.toThrow(expect.objectContaining({ code: 'MIRROR_NO_SOURCE' }))
  })
})

describe('what is found', () => {
  const apply = (id: string) => ({ fetched: 0, findings: id === 'a' ? [changed] : [removed] })

  test('is told once, however often it is met', async () => {
    await using rig = await createMirrors(fakeSource({ apply }))
    await rig.sync()
    await rig.sync()

    expect(rig.events.filter(({ is }) => is === 'found')).toHaveLength(2)
    expect(rig.events.at(-1)).toMatchObject({ is: 'ended', open: 1 })
  })

  test('is remembered before its source is told so', async () => {
    const known: number[] = []
    const noting = (id: string) => ({
      ...apply(id),
      onNoted: async () => void known.push((await rig.again().status()).findings.length),
    })
    await using rig = await createMirrors(fakeSource({ apply: noting, atOnce: 1 }))
    await rig.sync()

    expect(known).toEqual([1, 2])
  })

  test('by another process over the same file is known at once', async () => {
    await using rig = await createMirrors(fakeSource({ apply }))
    await rig.mirrors.status()
    const other = rig.again()
    await other.sync({ only: [], signal: new AbortController().signal, onEvent: () => undefined })

    expect((await rig.mirrors.status()).findings).toHaveLength(2)
    await rig.mirrors.acknowledge([], { by: 'ann', reason: '' })
    expect((await other.status()).findings.filter(({ acknowledged }) => acknowledged !== undefined)).toHaveLength(1)
  })

  test('is settled by whoever looked at it', async () => {
    await using rig = await createMirrors(fakeSource({ apply }))
    await rig.sync()

    const settled = await rig.mirrors.acknowledge([], { by: 'ann', reason: 'asked upstream' })

    expect(settled).toMatchObject([{ id: 'changed-a', acknowledged: { at: START, by: 'ann' } }])
    expect((await rig.again().status()).findings).toContainEqual(expect.objectContaining(settled[0]))
    await rig.sync()
    expect(rig.events.at(-1)).toMatchObject({ is: 'ended', open: 0 })
  })

  test('is not settled by an id that nothing has', async () => {
    await using rig = await createMirrors(fakeSource({ apply }))

    const settled = rig.mirrors.acknowledge(['foo'], { by: 'ann', reason: '' })

    await expect(settled).rejects.toThrow(expect.objectContaining({ code: 'MIRROR_NO_FINDING' }))
  })
})

test('what cannot be read is put aside, and somebody has to look', async () => {
  await using rig = await createMirrors(fakeSource())
  await writeFile(rig.file, '{"since": "yesterday"}')

  expect((await rig.mirrors.status()).findings).toMatchObject([{ kind: 'damaged', isOpen: true }])
  const [aside = ''] = (await readdir(dirname(rig.file))).filter((name) => name.includes('damaged'))
  expect(await readFile(`${dirname(rig.file)}/${aside}`, 'utf8')).toContain('yesterday')
})

test('an age is never below nothing, also when the clock went back a day', async () => {
  await using rig = await createMirrors(fakeSource())
  await rig.sync()
  rig.clock.now -= 24 * HOUR

  expect((await rig.mirrors.status()).sources).toMatchObject([{ age: 0, isStale: false }])
})

test('a daily run is waited for no longer when the clock went back a day', async () => {
  await using rig = await createMirrors(fakeSource())
  await rig.mirrors.sync({ only: [], isDaily: true, signal: new AbortController().signal, onEvent: () => undefined })
  expect(await rig.again().lastDaily()).toBe(START)

  rig.clock.now -= 24 * HOUR
  expect(await rig.again().lastDaily()).toBe(START - 24 * HOUR)
  rig.clock.now += 24 * HOUR
  expect(await rig.again().lastDaily()).toBe(START - 24 * HOUR)
})
