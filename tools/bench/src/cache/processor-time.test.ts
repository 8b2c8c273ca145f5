import { startProcess } from '@mochi/testing'
import { expect, test } from 'vitest'
import {
  childrenOf,
  mostMemory,
  parseStat,
  processorTime,
  processorTimeOfChildren,
  untilIdle,
} from './processor-time.ts'

const STAT =
  '42 (a (strange) name) S 1 42 42 0 -1 4194560 100 200 0 0 30 12 7 5 20 0 1 0 100 1000 200 18446744073709551615'

test('the time of a process is in hundredths of a second, behind a name that may hold anything', () => {
  expect(parseStat(STAT)).toEqual({ own: 420, children: 120 })
})

test.runIf(process.platform === 'linux')('a process that works has used time and memory', async () => {
  await using busy = startProcess(process.execPath, [
    '-e',
    "for (let i = 0; i < 5e8; i++);; console.log('done'); setInterval(() => 0, 1e6)",
  ])
  await busy.waitFor('done')

  expect(processorTime([busy.pid])).toBeGreaterThan(20)
  expect(processorTime([busy.pid, process.pid])).toBeGreaterThan(processorTime([process.pid]) ?? NaN)
  expect(mostMemory(busy.pid)).toBeGreaterThan(10)
})

test.runIf(process.platform === 'linux')(
  'children are found while they run, and counted once they have ended',
  async () => {
    const before = processorTimeOfChildren() ?? NaN
    {
      await using parent = startProcess('/bin/sh', ['-c', 'sleep 1000 & echo started; wait'])
      await parent.waitFor('started')
      expect(childrenOf(parent.pid)).toHaveLength(1)
    }
    const busy = startProcess(process.execPath, ['-e', 'for (let i = 0; i < 5e8; i++);'])
    await busy.ended
    expect(processorTimeOfChildren()).toBeGreaterThan(before)
  },
)

test('processes that still use their processors are waited for, where the system says what they use', async () => {
  const times = [100, 200, 290, 300, 400]
  await untilIdle([1], () => times.shift())
  expect(times).toEqual([400])
  await untilIdle([1], () => undefined)
})
