import { mkdir, readFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { DatabaseSync } from 'node:sqlite'
import { treePaths } from '@mochi/supervise'
import { dirname } from 'node:path'
import { describe, expect, test } from 'vitest'
import { createPlatform } from '../testing/platform.ts'
import type { Platform } from '../testing/platform.ts'
import { ensureTree, findTree } from './ensure-tree.ts'
import type { TreeProgram } from './ensure-tree.ts'

const real: TreeProgram = { node: process.execPath, patience: 60_000 }

async function start(platform: Platform, program: TreeProgram): Promise<unknown> {
  const checkout = await platform.createCheckout('here', [])
  return ensureTree(checkout.context(), { instance: undefined, folder: platform.place }, program)
}

/** A program that is no Node. */
async function writeProgram(platform: Platform, script: string): Promise<string> {
  const checkout = await platform.createCheckout('programs', [])
  await checkout.write('program', `#!/bin/sh\n${script}\n`, 0o755)
  return `${checkout.root}/program`
}

describe('The process that runs the services', () => {
  test('that cannot be started is an error', async () => {
    await using platform = await createPlatform()
    await expect(start(platform, { ...real, node: '/nowhere/node' })).rejects.toMatchObject({
      code: 'CLI_TREE_NOT_STARTED',
      message: expect.stringContaining('ENOENT') as string,
    })
  })

  test.each([
    ['a signal', 'kill -9 $$', 'SIGKILL ended it'],
    ['an end of its own', 'echo "no room" >&2; exit 7', 'it ended with code 7.\nno room'],
    ['silence', 'exec sleep 600', 'it did not answer within 0.2 s'],
  ])('that meets %s is an error with what it said', async (_name, script, words) => {
    await using platform = await createPlatform()
    const node = await writeProgram(platform, script)
    const patience = script.includes('sleep') ? 200 : real.patience
    await expect(start(platform, { node, patience })).rejects.toMatchObject({
      code: 'CLI_TREE_NOT_STARTED',
      message: expect.stringContaining(words) as string,
      where: `${platform.place}/up.log`,
    })
  })

  test('is started when the one that has the lock gives it back instead of answering', async () => {
    await using platform = await createPlatform()
    await mkdir(platform.place, { recursive: true })
    using database = new DatabaseSync(treePaths(platform.place).lock)
    database.exec('BEGIN EXCLUSIVE')
    const started = start(platform, real)
    const said = (): Promise<string> => readFile(`${platform.place}/up.log`, 'utf8').catch(() => '')
    await expect.poll(said, { timeout: 30_000 }).toContain('SUPERVISE_ALREADY_RUNS')
    database.exec('ROLLBACK')
    expect(await started).toMatchObject({ entries: [], isStopping: false })
  })

  test('that says nothing is not waited for', async () => {
    await using platform = await createPlatform()
    const { control } = treePaths(platform.place)
    await mkdir(dirname(control), { recursive: true, mode: 0o700 })
    await using _mute = createServer((socket) => socket.resume()).listen(control)
    const asked = findTree({ instance: undefined, folder: platform.place }, 50)
    await expect(asked).rejects.toMatchObject({ code: 'SUPERVISE_NO_ANSWER' })
  })
})
