import { hostname } from 'node:os'
import { expect, test } from 'vitest'
import { describeMachine, isBusy, measureLoad, parseOsRelease, workOf } from './machine.ts'

test('a machine is described without its name', () => {
  const machine = describeMachine({ before: 0.5, after: 0.25 }, new Date('2026-11-23T23:59:59Z'))
  expect(machine).toMatchObject({ node: process.version, date: '2026-11-23', load: { before: 0.5, after: 0.25 } })
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

test('a load is what processors do, and neither what they wait for nor how many want to run', async () => {
  const times = { user: 10, nice: 20, sys: 30, irq: 40, idle: 50_000 }
  expect(workOf([{ times }, { times: { ...times, user: 11 } }])).toBe(201)
  const load = await measureLoad(10)
  expect(load).toBeGreaterThanOrEqual(0)
  expect(Number.isFinite(load)).toBe(true)
})

test('a machine is busy when others use more than an eighth of it before the run or after it', () => {
  expect(isBusy({ cores: 2, load: { before: 0.24, after: 0.24 } })).toBe(false)
  expect(isBusy({ cores: 2, load: { before: 0.26, after: 0 } })).toBe(true)
  expect(isBusy({ cores: 2, load: { before: 0, after: 0.26 } })).toBe(true)
  expect(isBusy({ cores: 8, load: { before: 0.9, after: 0.9 } })).toBe(false)
})
