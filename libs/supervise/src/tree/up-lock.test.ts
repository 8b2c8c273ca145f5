import { existsSync, writeFileSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { pathToFileURL } from 'node:url'
import { createFolder, runProcess, startProcess } from '@mochi/testing'
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
    const words = `import { existsSync, writeFileSync } from 'node:fs'; writeFileSync(${JSON.stringify(file)}, '', { flag: 'wx' })`
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

  test('goes with its file, and never to two, however many take it and give it back', async () => {
    await using folder = await createFolder()
    const [file, marker] = [folder.join('up.lock'), folder.join('marker')]
    const script = `
      import { rmSync, writeFileSync } from 'node:fs'
      import { takeLock } from ${JSON.stringify(UP_LOCK)}
      for (let had = 0; had < 100;) {
        try {
          using lock = takeLock(${JSON.stringify(file)})
          writeFileSync(${JSON.stringify(marker)}, '', { flag: 'wx' })
          rmSync(${JSON.stringify(marker)})
          had += 1
        } catch (error) {
          if (error.code !== 'SUPERVISE_ALREADY_RUNS') throw error
        }
      }`
    const takers = [1, 2, 3].map(() => runProcess(process.execPath, ['--input-type=module', '-e', script]))
    for (const { code, stderr } of await Promise.all(takers)) expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(existsSync(file)).toBe(false)
  })

  test('is not had on a file that is something else, and that is said', async () => {
    await using folder = await createFolder({
      'up.lock': 'these bytes are no database, and there are enough of them'.repeat(20),
    })
    expect(() => takeLock(folder.join('up.lock'))).toThrow(
      expect.objectContaining({ code: 'SUPERVISE_CANNOT_LOCK', where: folder.join('up.lock') }),
    )
    await mkdir(folder.join('folder'))
    expect(() => takeLock(folder.join('folder'))).toThrow(expect.objectContaining({ code: 'SUPERVISE_CANNOT_LOCK' }))
  })
})
