import { getPriority } from 'node:os'
import { Worker } from 'node:worker_threads'
import { once } from 'node:events'
import { expect, test } from 'vitest'

const PROGRAM = `
  import { readlinkSync } from 'node:fs'
  import { basename } from 'node:path'
  import { getPriority } from 'node:os'
  import { parentPort } from 'node:worker_threads'
  import { stepBack } from ${JSON.stringify(new URL('step-back.ts', import.meta.url).href)}
  stepBack()
  const own = process.platform === 'linux' ? getPriority(Number(basename(readlinkSync('/proc/thread-self')))) : undefined
  parentPort.postMessage(own)`

test('a thread that steps back lets the others of its process go before', async () => {
  const before = getPriority()
  const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(PROGRAM)}`))
  try {
    const [own] = (await once(worker, 'message')) as [number | undefined]

    expect(getPriority()).toBe(before)
    if (process.platform === 'linux') expect(own).toBeGreaterThan(before)
  } finally {
    await worker.terminate()
  }
})
