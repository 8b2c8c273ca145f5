import { hostname } from 'node:os'
import { expect, test } from 'vitest'
import { describeMachine, parseOsRelease } from './machine.ts'

test('a machine is described without its name', () => {
  const machine = describeMachine(new Date('2026-11-23T23:59:59Z'))
  expect(machine).toMatchObject({ node: process.version, date: '2026-11-23' })
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
