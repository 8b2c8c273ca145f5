import { expect, test } from 'vitest'
import {
  branchOf,
  branchScope,
  isBranchName,
  readableScopes,
  ROLES,
  toBranchName,
  visibleScopes,
  writableScope,
} from './index.ts'
import type { Role } from './index.ts'

const scopeOf = (role: Role) => (role === 'branch' ? branchScope('b') : 'main')

test('who reads what, and in which order', () => {
  const read = ROLES.map((role) => [role, readableScopes({ role, scope: scopeOf(role) })])

  expect(Object.fromEntries(read)).toEqual({
    main: ['main'],
    branch: ['main', 'branch:b'],
    reader: ['main'],
    admin: ['main'],
  })
})

test('who is told of what: admins of everything', () => {
  const told = ROLES.map((role) => [role, visibleScopes({ role, scope: scopeOf(role) })])

  expect(Object.fromEntries(told)).toEqual({
    main: ['main'],
    branch: ['main', 'branch:b'],
    reader: ['main'],
    admin: undefined,
  })
})

test('who writes what', () => {
  const written = ROLES.map((role) => [role, writableScope({ role, scope: scopeOf(role) })])

  expect(Object.fromEntries(written)).toEqual({ main: 'main', branch: 'branch:b', reader: undefined, admin: undefined })
})

test.each([
  ['feature/a', 'feature/a'],
  ['ä b', '%C3%A4%20b'],
  ['%C3%A4%20b', '%25C3%25A4%2520b'],
  ['\ud800', '%EF%BF%BD'],
])('the branch %s has the name %s, which a token may have', (branch, name) => {
  expect(toBranchName(branch)).toBe(name)
  expect(isBranchName(name)).toBe(true)
})

test('long names of branches that differ at their end stay apart', () => {
  const [a, b] = ['a', 'b'].map((end) => toBranchName('ö'.repeat(300) + end))
  expect(a).not.toBe(b)
  expect(isBranchName(a ?? '')).toBe(true)
})

test('a branch named main is not main', () => {
  expect(branchScope('main')).not.toBe('main')
  expect(branchOf(branchScope('main'))).toBe('main')
  expect(branchOf('main')).toBeUndefined()
})

test.each(['', 'a b', 'ä', 'a\n', 'x'.repeat(201)])('%j names no branch', (name) => {
  expect(isBranchName(name)).toBe(false)
})
