import { readdir, readFile, stat, utimes, writeFile } from 'node:fs/promises'
import { gunzipSync, gzipSync } from 'node:zlib'
import { createFolder } from '@mochi/testing'
import type { Folder } from '@mochi/testing'
import { describe, expect, test } from 'vitest'
import { compressArchive, Compressor, resumeCompression } from './compress.ts'

const [FIRST, SECOND] = ['2026-01-01T00-00-00.000000Z.log', '2026-01-02T00-00-00.000000Z.log'] as const

async function unpacked(folder: Folder, name: string): Promise<string> {
  return gunzipSync(await readFile(folder.join(name))).toString()
}

function troublesOf(): { list: string[]; note: (name: string, error: unknown) => void } {
  const list: string[] = []
  return { list, note: (name, error) => void list.push(`${name} ${(error as NodeJS.ErrnoException).code ?? ''}`) }
}

describe('A file that is compressed', () => {
  test('keeps its bytes and its time', async () => {
    const text = 'line\n'.repeat(50_000)
    await using folder = await createFolder({ [FIRST]: text })
    const time = new Date('2026-01-01T00:00:00.123Z')
    await utimes(folder.join(FIRST), time, time)
    await compressArchive(folder.path, FIRST)
    expect(await readdir(folder.path)).toEqual([`${FIRST}.gz`])
    expect(await unpacked(folder, `${FIRST}.gz`)).toBe(text)
    expect((await stat(folder.join(`${FIRST}.gz`))).mtimeMs).toBe(time.getTime())
  })

  test('stays as it was when that is broken off, and nothing is left of the copy', async () => {
    await using folder = await createFolder({ [FIRST]: 'line\n'.repeat(50_000) })
    await expect(compressArchive(folder.path, FIRST, AbortSignal.abort())).rejects.toThrow()
    expect(await readdir(folder.path)).toEqual([FIRST])
  })

  test('and is gone meanwhile, for the room it took, is no fault', async () => {
    await using folder = await createFolder()
    await compressArchive(folder.path, FIRST)
    expect(await readdir(folder.path)).toEqual([])
  })
})

test('What a killed writer has left is told apart: half a copy, a file that stands there twice, one to do', async () => {
  await using folder = await createFolder({
    [FIRST]: 'first\n',
    [SECOND]: 'second\n',
    [`${SECOND}.gz.part`]: 'half',
    'notes.part': 'of somebody else',
  })
  await writeFile(folder.join(`${FIRST}.gz`), gzipSync('first\n'))
  expect(await resumeCompression(folder.path)).toEqual([SECOND])
  expect((await readdir(folder.path)).sort()).toEqual([`${FIRST}.gz`, SECOND, 'notes.part'])
})

describe('A compressor', () => {
  test('begins with what was left, and goes on one after the other', async () => {
    await using folder = await createFolder({ [FIRST]: 'first\n', [SECOND]: 'second\n' })
    const { list, note } = troublesOf()
    const compressor = new Compressor(folder.path, note)
    await expect.poll(async () => (await readdir(folder.path)).sort()).toEqual([`${FIRST}.gz`, `${SECOND}.gz`])
    await folder.write({ 'more.log': 'more\n' })
    compressor.add('more.log')
    await expect.poll(() => readdir(folder.path)).toContain('more.log.gz')
    await compressor.stop()
    expect(await unpacked(folder, 'more.log.gz')).toBe('more\n')
    expect(list).toEqual([])
  })

  test('leaves what cannot be compressed, says so, and goes on', async () => {
    await using folder = await createFolder({ 'folder.log/in': '', 'good.log': 'good\n' })
    const { list, note } = troublesOf()
    const compressor = new Compressor(folder.path, note)
    compressor.add('folder.log')
    compressor.add('good.log')
    await expect.poll(() => readdir(folder.path)).toEqual(['folder.log', 'good.log.gz'])
    await compressor.stop()
    expect(list).toEqual(['folder.log EISDIR'])
  })

  test('stops at once, without a word, and leaves the rest for the next start', async () => {
    await using folder = await createFolder({ [FIRST]: 'first\n', [SECOND]: 'second\n' })
    const { list, note } = troublesOf()
    await new Compressor(folder.path, note).stop()
    const names = await readdir(folder.path)
    expect(names.filter((name) => name.endsWith('.part'))).toEqual([])
    expect(names).toHaveLength(2)
    expect(list).toEqual([])
  })
})
