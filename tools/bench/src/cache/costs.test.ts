import { expect, test } from 'vitest'
import { createAccount, describeCosts } from './costs.ts'

test('the time of a load is the time between two answers, and all loads add up', async () => {
  const account = createAccount([process.pid])

  expect(await account.add(() => ({ requests: 10, ms: 50, clients: 20 }))).toBe(5)
  expect(await account.add(() => Promise.resolve({ requests: 30, ms: 30, clients: 5 }))).toBe(1)
  expect(account.total).toMatchObject({ requests: 40, ms: 80, clients: 25 })
})

test('what went to servers and to clients is said for one request', () => {
  const ours = { requests: 100, ms: 200, server: 150, clients: 50 }
  const other = { requests: 200, ms: 200, server: 20, clients: 100 }

  expect(describeCosts(ours, other)).toBe(
    'Processor time of the server for one: 1.50 ms, of nginx 0.10 ms; of the clients 0.50 and 0.50 ms, which is 25 % and 50 % of one processor.',
  )
  expect(describeCosts(ours, other, 'Verdaccio')).toContain('1.50 ms, of Verdaccio 0.10 ms;')
})

test('what the system does not count is not said', () => {
  const known = { requests: 1, ms: 1, server: 1, clients: 1 }

  expect(describeCosts({ ...known, server: NaN }, known)).toBe('')
  expect(describeCosts(known, { ...known, clients: NaN })).toBe('')
})
