import { expect, test } from 'vitest'
import { formatReport } from '../report.ts'
import { describeLoss, loadThroughRestarts } from './loss.ts'

/** Loads of ten seconds in which each restart takes `took` milliseconds; writes down what is done, with the time. */
function createRig({ took, requests }: { took: number; requests: number }) {
  const log: string[] = []
  let time = 0
  return {
    log,
    seconds: 10,
    now: () => time,
    restart: () => {
      log.push(`restart at ${time}`)
      time += took
    },
    load: (seconds: number) => {
      log.push(`load at ${time}`)
      const end = time + seconds * 1000
      return Promise.resolve().then(() => {
        time = end
        return { requests, failed: 1, latency: 2 }
      })
    },
  }
}

test('hello is restarted while the load lasts, and not when it is about to end', async () => {
  const rig = createRig({ took: 2000, requests: 100 })
  const total = await loadThroughRestarts({ ...rig, requests: 100, restarts: 4 })
  expect(rig.log).toEqual([
    'load at 0',
    'restart at 0',
    'restart at 2000',
    'restart at 4000',
    'load at 10000',
    'restart at 10000',
  ])
  expect(total).toEqual({ requests: 200, failed: 2, latency: 2 })
})

test('after the last restart it is loaded on until there were enough requests', async () => {
  const rig = createRig({ took: 1000, requests: 100 })
  const total = await loadThroughRestarts({ ...rig, requests: 250, restarts: 1 })
  expect(rig.log).toEqual(['load at 0', 'restart at 0', 'load at 10000', 'load at 20000'])
  expect(total).toEqual({ requests: 300, failed: 3, latency: 2 })
})

test('a load that fails ends the measurement', async () => {
  const rig = createRig({ took: 1000, requests: 100 })
  const load = () => Promise.reject(new Error('wrk made no request'))
  await expect(loadThroughRestarts({ ...rig, load, requests: 1, restarts: 1 })).rejects.toThrow('wrk made no request')
})

test('the page says how many requests failed, and what a restart costs the others', () => {
  const total = { requests: 1_207_937, failed: 1024, latency: 7 }
  const result = describeLoss(total, { requests: 1, failed: 0, latency: 3.5 }, 20)
  const machine = { cpu: '', cores: 2, memoryGiB: 1, system: '', node: '', load: { before: 0, after: 0 }, date: '' }
  const page = formatReport({ name: 'swap', introduction: '', machine, results: [result], missing: [] })
  expect(page).toMatch(/^\| a request, while hello is restarted 20 times \| 7\.00 ms .* \| 3\.50 ms .* \| 2\.00 /m)
  expect(page).toContain('**1,024 of 1,207,937 requests failed**, through 20 restarts.')
})
