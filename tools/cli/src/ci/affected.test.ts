import { expect, test } from 'vitest'
import { explainAffected } from './affected.ts'
import type { Affected } from './affected.ts'

const project = (...dependencies: string[]) => ({ root: 'libs/x', targets: ['lint'], dependencies })
const graph = {
  database: '',
  removed: {},
  changed: [],
  projects: {
    hello: project('service', 'config'),
    service: project('errors'),
    config: project('errors'),
    errors: project(),
  },
}
const explain = (rest: Pick<Affected, 'affected' | 'touched'> & Partial<Affected>) =>
  Object.fromEntries(explainAffected({ ...graph, ...rest }))

test('a project is checked because of its own files, the first three by name', () => {
  const touched = { errors: ['a.ts', 'b.ts', 'c.ts', 'd.ts', 'e.ts'] }
  expect(explain({ affected: ['errors'], touched })).toEqual({ errors: ['a.ts', 'b.ts', 'c.ts', '2 more'] })
})

test('a project that is gone reaches all others, which say so by its name', () => {
  const removed = { 'libs/till/package.json': 'till', 'old/errors/package.json': 'errors' }
  const touched = { errors: ['a.ts', 'libs/till/package.json'], config: Object.keys(removed) }
  expect(explain({ affected: ['errors', 'config'], touched, removed })).toEqual({
    errors: ['a project was removed: till', 'a.ts'],
    config: ['a project was removed: till', 'a project was moved: errors'],
  })
})

test('a project that imports it says by which way', () => {
  const why = explain({ affected: ['errors', 'hello', 'service'], touched: { errors: ['libs/errors/src/a.ts'] } })
  expect(why['service']).toEqual(['imports errors: libs/errors/src/a.ts'])
  expect(why['hello']).toEqual(['imports service, which imports errors: libs/errors/src/a.ts'])
})

test('of several ways the shortest is told', () => {
  const touched = { errors: ['e.ts'], config: ['c.ts'] }
  expect(explain({ affected: ['hello'], touched })).toEqual({ hello: ['imports config: c.ts'] })
})

test('imports in a circle come to an end', () => {
  const projects = { a: project('b'), b: project('a') }
  const why = explainAffected({ ...graph, projects, affected: ['a'], touched: {} })
  expect(why.get('a')).toEqual(['shared files changed'])
})

test('what is touched by more files than were looked at one by one says so', () => {
  expect(explain({ affected: ['errors'], touched: { errors: [] } })).toEqual({ errors: ['shared files changed'] })
})
