import { writeFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { createFolder, startProcess } from '@mochi/testing'
import type { TestProcess } from '@mochi/testing'
import { describe, expect, test } from 'vitest'
import { takeLock } from './up-lock.ts'

const UP_LOCK = pathToFileURL(`${import.meta.dirname}/up-lock.ts`).href

/** A process that has taken a lock with the given words, and keeps it. */
async function hold(words: string): Promise<TestProcess> {
  const script = `${words}; console.log('taken'); setInterval(() => undefined, 60_000)`
  const holder = startProcess(process.execPath, ['--input-type=module', '-e', script])
  await holder.waitFor('taken')
  return holder
}

/** Whether the lock can be had while another process has it, and after that was killed. */
async function chances(words: string, take: () => unknown): Promise<{ beside: boolean; after: boolean }> {
  const isTaken = (): boolean => {
    try {
      take()
      return true
    } catch {
      return false
    }
  }
  await using holder = await hold(words)
  const beside = isTaken()
  holder.kill('SIGKILL')
  await holder.ended
  return { beside, after: isTaken() }
}

describe('The lock of a tree', () => {
  test('is one process’s until that ends, also by kill -9: none is ever stale', async () => {
    await using folder = await createFolder()
    const file = folder.join('var/up.lock')
    const words = `import { takeLock } from ${JSON.stringify(UP_LOCK)}; globalThis.lock = takeLock(${JSON.stringify(file)})`
    const take = (): void => {
      using _lock = takeLock(file)
    }
    expect(await chances(words, take)).toEqual({ beside: false, after: true })
  })

  test('would be stale as one would first write it: a file that is there', async () => {
    await using folder = await createFolder()
    const file = folder.join('up.lock')
    const words = `import { writeFileSync } from 'node:fs'; writeFileSync(${JSON.stringify(file)}, '', { flag: 'wx' })`
    const chance = await chances(words, () => writeFileSync(file, '', { flag: 'wx' }))
    expect(chance).toEqual({ beside: false, after: false })
  })

  test('says to whom it is refused, and is given back', async () => {
    await using folder = await createFolder()
    const take = (): Disposable => takeLock(folder.join('up.lock'))
    {
      using _lock = take()
      expect(take).toThrow(expect.objectContaining({ code: 'SUPERVISE_ALREADY_RUNS', where: folder.path }))
    }
    using _again = take()
  })
})
