import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { createFolder, isAlive, startProcess } from '@mochi/testing'
import { describe, expect, test } from 'vitest'
import { startOf } from '../process-start.ts'
import { findLiving, keepRecords } from './process-records.ts'
import type { KeptRecord } from './process-records.ts'

function recordFor(pid: number, known: Partial<KeptRecord> = { readySince: 1_700_000_000_000 }): KeptRecord {
  return { pid, start: startOf(pid) ?? 'it has ended', ...known }
}

describe('The processes that a supervisor notes', () => {
  test('are found again while they live, with what was known of them', async () => {
    await using folder = await createFolder()
    const file = folder.join('processes.json')
    await using one = startProcess('sleep', ['600'])
    await using other = startProcess('sleep', ['600'])
    const sockets = { public: { host: '127.0.0.1', port: 28_123 } }
    const records = [recordFor(one.pid, {}), recordFor(other.pid), recordFor(other.pid, { sockets })]
    keepRecords(file, records)
    expect(findLiving(file)).toEqual(records)
    one.kill()
    await one.ended
    expect(findLiving(file)).toEqual(records.slice(1))
  })

  test('are for this user alone, and written whole: no other file is left', async () => {
    await using folder = await createFolder()
    keepRecords(folder.join('processes.json'), [recordFor(process.pid)])
    keepRecords(folder.join('processes.json'), [])
    expect(readdirSync(folder.path)).toEqual(['processes.json'])
    expect(statSync(folder.join('processes.json')).mode & 0o777).toBe(0o600)
    expect(findLiving(folder.join('processes.json'))).toEqual([])
  })

  test('are not found in another process that has the number now; by the number alone it would be', async () => {
    await using folder = await createFolder()
    const file = folder.join('processes.json')
    keepRecords(file, [{ ...recordFor(process.pid), start: 'before the machine was started anew' }])
    expect(findLiving(file)).toEqual([])
    const byNumber = (JSON.parse(readFileSync(file, 'utf8')) as KeptRecord[]).filter(({ pid }) => isAlive(pid))
    expect(byNumber).toHaveLength(1)
  })

  test.each([
    '',
    '{',
    'null',
    '{"pid":1}',
    '[null, 7, "x", {}, {"pid":1,"start":""}]',
    '[{"pid":OWN,"start":"BEGAN","sockets":{"public":7}}]',
  ])('are none in a file that is damaged: %s', async (text) => {
    await using folder = await createFolder()
    expect(findLiving(folder.join('missing.json'))).toEqual([])
    const written = text.replace('OWN', String(process.pid)).replace('BEGAN', startOf(process.pid) ?? '')
    writeFileSync(folder.join('processes.json'), written)
    expect(findLiving(folder.join('processes.json'))).toEqual([])
  })
})
