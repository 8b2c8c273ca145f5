import { expect, test } from 'vitest'
import { Journal } from './journal.ts'
import { UplinkFault } from './uplink/uplink-fault.ts'

const DAY = 86_400_000

function refusalOf(version: string) {
  const facts = { package: 'a', version, rule: 'blocked', reason: 'steals tokens' } as const
  return { ...facts, error: '', code: 'REGISTRY_VERSION_REFUSED' } as const
}

test('what was refused is remembered for a day, the latest first, with how often', () => {
  const clock = { now: 0 }
  const journal = new Journal(() => clock.now)
  journal.refused(refusalOf('1.0.0'))
  journal.refused(refusalOf('2.0.0'))
  clock.now = 1_000
  journal.refused(refusalOf('1.0.0'))
  const latest = () => journal.latestRefusals().map(({ version, times }) => [version, times])

  expect(latest()).toEqual([
    ['1.0.0', 2],
    ['2.0.0', 1],
  ])
  clock.now = DAY
  expect(latest()).toEqual([['1.0.0', 2]])
  expect(journal.refusalsBy('blocked')).toBe(3)
})

test('however much is refused, no more than so many versions are remembered', () => {
  const journal = new Journal(() => 0)
  for (let index = 0; index < 1_000; index += 1) journal.refused(refusalOf(`1.0.${index}`))

  expect(journal.latestRefusals()).toHaveLength(500)
  expect(journal.latestRefusals()[0]).toMatchObject({ version: '1.0.999' })
  expect(journal.refusalsBy('blocked')).toBe(1_000)
})

test('faults of the uplink are counted by their reason', () => {
  const journal = new Journal(() => 7)
  journal.fault(new UplinkFault('slow', 'it is slow'), 'a')
  journal.fault(new UplinkFault('slow', 'it is slow'), 'b')

  expect([journal.faultsBy('slow'), journal.faultsBy('loop')]).toEqual([2, 0])
  expect(journal.uplink).toEqual({
    answered: undefined,
    fault: { reason: 'slow', what: 'b', detail: 'it is slow', at: 7 },
  })
})
