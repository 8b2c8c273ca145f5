import { mkdir, readFile, rmdir } from 'node:fs/promises'
import { startProcess } from '@mochi/testing'
import { describe, expect, test } from 'vitest'
import { launch } from '../testing/launch.ts'
import { findLiving, keepRecords, recordOf } from './process-records.ts'
import { keepRecordsOf, takeOver } from './take-over.ts'

/** Only against hanging: a state comes when it comes. */
const PATIENT = { timeout: 30_000, interval: 5 }

describe('The processes of a launcher', () => {
  test('are noted with their addresses and since when they serve, and the next launcher goes on with them', async () => {
    await using first = await launch({ manner: 'good' })
    const file = first.folder.join('launcher/processes.json')
    expect(takeOver(first.launcher, file)).toBe(false)
    first.launcher.start()
    await first.until('ready')
    const { pid, readySince, sockets } = first.launcher.status
    await using next = await launch({ isOpened: false })
    expect(takeOver(next.launcher, file)).toBe(true)
    expect(next.launcher.status).toMatchObject({ phase: 'running', pid, readySince, sockets })
    // The first goes as if it had been killed: it does not see that its service is another's now.
    next.launcher.stop()
    await next.until('down')
    expect(findLiving(file)).toEqual([])
  })

  test('that are told to end stay noted until they have, for the case that this supervisor is killed too', async () => {
    await using launched = await launch({ isOpened: false })
    const file = launched.folder.join('launcher/processes.json')
    const deaf = ['-c', 'trap "" TERM; echo trapped; while :; do sleep 1; done']
    await using other = startProcess('/bin/sh', deaf)
    await using serving = startProcess('/bin/sh', deaf)
    await Promise.all([other.waitFor('trapped'), serving.waitFor('trapped')])
    const records = [other, serving].flatMap(({ pid }) => recordOf(pid, { readySince: 1 }) ?? [])
    await mkdir(launched.folder.join('launcher'))
    keepRecords(file, records)
    expect(takeOver(launched.launcher, file)).toBe(true)
    expect(findLiving(file).map(({ pid }) => pid)).toEqual([other.pid, serving.pid])
    other.killGroup('SIGKILL')
    await expect.poll(() => readFile(file, 'utf8'), PATIENT).not.toContain(`"pid":${other.pid},`)
  })

  test('are noted as soon as that can be written, and the service serves all the while', async () => {
    await using launched = await launch()
    const file = launched.folder.join('launcher/processes.json')
    await mkdir(`${file}.new`, { recursive: true })
    keepRecordsOf(launched.launcher, file)
    launched.launcher.start()
    await launched.until('ready')
    expect(findLiving(file)).toEqual([])
    await rmdir(`${file}.new`)
    await expect.poll(() => findLiving(file), PATIENT).toMatchObject([{ pid: launched.launcher.status.pid }])
  })
})
