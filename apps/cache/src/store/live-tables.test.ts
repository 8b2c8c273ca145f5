import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { LiveTables } from './live-tables.ts'
import { SCHEMA } from './schema.ts'
import { createTables } from './tables.ts'

/** As SQLite says it. */
const damage = () => Object.assign(new Error('database disk image is malformed'), { errcode: 11 })

function createLive() {
  const state = { opened: 0, replaced: 0, isDamaged: false, fault: undefined as Error | undefined }
  const live = new LiveTables({
    onReplaced: () => (state.replaced += 1),
    open: (onDamaged) => {
      if (state.isDamaged) onDamaged()
      state.isDamaged = false
      if (state.fault !== undefined) throw state.fault
      state.opened += 1
      const database = new DatabaseSync(':memory:')
      database.exec(SCHEMA)
      return createTables(database, () => undefined)
    },
  })
  /** Work that finds damage once. */
  const findDamage = () => {
    const found = { damage: true }
    return live.use(() => {
      if (!found.damage) return 'done'
      found.damage = false
      state.isDamaged = true
      throw damage()
    })
  }
  return { live, state, findDamage, [Symbol.dispose]: () => live.close() }
}

test('work that finds damage is done with an empty database, and it is said once', () => {
  using subject = createLive()

  expect(subject.findDamage()).toBe('done')
  expect(subject.live.use(() => 'more')).toBe('more')
  expect(subject.state).toMatchObject({ opened: 2, replaced: 1 })
})

test('what cannot be opened just now is opened by the next who comes', () => {
  using subject = createLive()
  subject.state.fault = new Error('the disk is full')
  expect(() => subject.findDamage()).toThrow('the disk is full')
  expect(() => subject.live.use(() => 'still')).toThrow('the disk is full')
  subject.state.fault = undefined

  expect(subject.live.use(({ entries }) => entries.pool('main').entries)).toBe(0)
  expect(subject.state.replaced).toBe(1)
})

test('other faults are for who asked, and change nothing', () => {
  using subject = createLive()
  const fail = () =>
    subject.live.use(() => {
      throw new Error('of another kind')
    })

  expect(fail).toThrow('of another kind')
  expect(subject.state).toMatchObject({ opened: 1, replaced: 0 })
})

test('damage that is found before anything is served is no reason to look twice', () => {
  const state = { replaced: 0 }
  const database = new DatabaseSync(':memory:')
  database.exec(SCHEMA)
  const live = new LiveTables({
    onReplaced: () => (state.replaced += 1),
    open: (onDamaged) => {
      onDamaged()
      return createTables(database, () => undefined)
    },
  })
  live.use(() => undefined)
  live.close()

  expect(state.replaced).toBe(0)
})
