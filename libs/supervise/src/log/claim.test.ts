import { readFile } from 'node:fs/promises'
import { createFolder } from '@mochi/testing'
import { describe, expect, test } from 'vitest'
import { claimFolder } from './claim.ts'
import { INFLIGHT_BYTES } from './inflight.ts'
import { refusal, MemoryFiles } from './memory-files.fixture.ts'
import type { Memory } from './mapped-memory.ts'

const ARCHIVE = '2026-01-01T00-00-00.000000Z.log.gz'

/** A folder whose disk refuses the first so many attempts. */
function refusing(codes: readonly string[]): { map: (file: string, length: number) => Memory; attempts: () => number } {
  const state = { attempts: 0 }
  const map = (_: string, length: number): Memory => {
    const code = codes[state.attempts]
    state.attempts += 1
    if (code !== undefined) throw refusal(code)
    return { buffer: new ArrayBuffer(length), isKept: true, isTaken: false }
  }
  return { map, attempts: () => state.attempts }
}

describe('The folder of a log', () => {
  test('is one writer’s: what it holds outlives it, and a second one is refused', async () => {
    await using folder = await createFolder()
    const options = { folder: folder.path, files: new MemoryFiles(), onTrouble: () => undefined }
    const memory = await claimFolder(options)
    expect(memory).toMatchObject({ isKept: true, isTaken: false })
    new Uint8Array(memory.buffer).set(Buffer.from('kept'), 0)
    expect((await readFile(folder.join('inflight'))).subarray(0, 4).toString()).toBe('kept')
    await expect(claimFolder(options)).rejects.toMatchObject({
      code: 'SUPERVISE_LOG_TAKEN',
      where: folder.path,
      hint: `lsof ${folder.path}/inflight`,
    })
  })

  test('on a full disk costs the oldest archive; without one it is waited for room', async () => {
    const files = new MemoryFiles()
    files.contents.set(ARCHIVE, { file: 1, bytes: Buffer.alloc(10) })
    const { map, attempts } = refusing(['ENOSPC', 'EDQUOT'])
    const told: (string | undefined)[] = []
    const memory = await claimFolder({
      folder: '/nowhere',
      files,
      onTrouble: ({ code }) => told.push(code),
      map,
      pause: 1,
    })
    expect(memory.isKept).toBe(true)
    expect(attempts()).toBe(3)
    expect(files.list()).toEqual([])
    expect(told).toEqual(['EDQUOT'])
  })

  test('whose oldest archive cannot be removed is waited for too', async () => {
    const files = new MemoryFiles()
    files.contents.set(ARCHIVE, { file: 1, bytes: Buffer.alloc(10) })
    files.remove = () => {
      throw refusal('EACCES')
    }
    const { map } = refusing(['ENOSPC'])
    const told: (string | undefined)[] = []
    const onTrouble = ({ code }: NodeJS.ErrnoException): unknown => told.push(code)
    const memory = await claimFolder({ folder: '/nowhere', files, onTrouble, map, pause: 1 })
    expect(memory.isKept).toBe(true)
    expect(told).toEqual(['ENOSPC'])
  })

  test('that cannot be mapped is written to all the same', async () => {
    const { map } = refusing(['EROFS'])
    const memory = await claimFolder({ folder: '/nowhere', files: new MemoryFiles(), onTrouble: () => undefined, map })
    expect(memory).toMatchObject({ isKept: false, buffer: { byteLength: INFLIGHT_BYTES } })
  })

  test('is not taken in silence by a fault of our own', async () => {
    const map = (): Memory => {
      throw new TypeError('our own')
    }
    const claim = claimFolder({ folder: '/nowhere', files: new MemoryFiles(), onTrouble: () => undefined, map })
    await expect(claim).rejects.toThrow('our own')
  })
})
