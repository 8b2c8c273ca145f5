import { hostname } from 'node:os'
import { expect, test } from 'vitest'
import { describeMachine, isBusy, parseOsRelease } from './machine.ts'

test('a machine is described without its name', () => {
  const machine = describeMachine(0.5, new Date('2026-11-23T23:59:59Z'))
  expect(machine).toMatchObject({ node: process.version, date: '2026-11-23', load: { before: 0.5 } })
  expect(machine.cores).toBeGreaterThan(0)
  expect(machine.memoryGiB).toBeGreaterThan(0.1)
  expect(JSON.stringify(machine)).not.toContain(hostname())
})

test('a distribution is called what it calls itself', () => {
  expect(parseOsRelease('NAME="Debian"\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\n')).toBe(
    'Debian GNU/Linux 12 (bookworm), ',
  )
  expect(parseOsRelease('PRETTY_NAME=Void\n')).toBe('Void, ')
  expect(parseOsRelease('')).toBe('')
})

test('a machine is busy when others used it before or during the run', () => {
  expect(isBusy({ cores: 2, load: { before: 0.9, after: 5 } })).toBe(false)
  expect(isBusy({ cores: 2, load: { before: 1.1, after: 0 } })).toBe(true)
  expect(isBusy({ cores: 2, load: { before: 0, after: 6.1 } })).toBe(true)
  expect(isBusy({ cores: 8, load: { before: 3, after: 9 } })).toBe(false)
})
