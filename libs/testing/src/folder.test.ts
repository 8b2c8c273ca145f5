import { chmod, readFile, stat } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { createFolder } from './folder.ts'
import { runProcess } from './process.ts'

test('a folder has the files it was given, at a path without links', async () => {
  await using folder = await createFolder({ 'etc/host.json': '{}', 'run.sh': 'exit' })
  expect(await readFile(folder.join('etc', 'host.json'), 'utf8')).toBe('{}')
  expect((await runProcess('/bin/pwd', ['-P'], { cwd: folder.path })).stdout).toBe(`${folder.path}\n`)
})

test('a file is written with the mode it was given', async () => {
  await using folder = await createFolder()
  await folder.write({ 'bin/tool': '#!/bin/sh\necho works\n' }, { mode: 0o755 })
  expect((await runProcess(folder.join('bin/tool'), [])).stdout).toBe('works\n')
})

test('two folders are two', async () => {
  await using one = await createFolder()
  await using other = await createFolder()
  expect(one.path).not.toBe(other.path)
})

test('nothing is left after the block, write-protected folders included', async () => {
  let path: string
  {
    await using folder = await createFolder({ 'opt/tool/file': '' })
    await chmod(folder.join('opt/tool'), 0o555)
    await chmod(folder.join('opt'), 0o555)
    path = folder.path
  }
  await expect(stat(path)).rejects.toThrow('ENOENT')
})
