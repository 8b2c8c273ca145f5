import { startProcess } from '@mochi/testing'
import { expect, test } from 'vitest'
import { formatRest, wakeUpsOf } from './launcher-at-rest.ts'

test('what is not counted is not said', () => {
  expect(formatRest({ mebibytes: 47.6, wakeUps: 0 })).toContain(
    'had 48 MB while the service ran, and was woken 0 times',
  )
  expect(formatRest({ mebibytes: 47.6, wakeUps: undefined })).toMatch(/had 48 MB while the service ran\.$/)
})

test.runIf(process.platform === 'linux')('a process that waits for a while and goes on has been woken', async () => {
  const script = "process.stdin.resume(); setInterval(() => console.log('tick'), 5)"
  await using ticking = startProcess(process.execPath, ['-e', script])
  await ticking.waitFor('tick')
  const before = wakeUpsOf(ticking.pid) ?? 0
  await ticking.waitFor(/(?:tick\n){5}/, { from: ticking.output.length })
  expect(wakeUpsOf(ticking.pid)).toBeGreaterThanOrEqual(before + 5)
})
