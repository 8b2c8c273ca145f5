import { readdirSync, readFileSync, statSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { createRandom, seedFromEnvironment, soakCount, startProcess } from '@mochi/testing'
import type { Folder, TestProcess } from '@mochi/testing'
import { describe, expect, test } from 'vitest'
import { startOf } from '../process-start.ts'
import { createServiceFolder } from '../testing/service-folder.ts'

const TREE = `${import.meta.dirname}/../testing/tree.fixture.ts`

function superviseIn({ path }: Folder): TestProcess {
  return startProcess(process.execPath, [TREE, path])
}

describe('A supervisor that is killed', { timeout: 60_000 }, () => {
  test('leaves its service serving; the next one takes it over, and a stop ends all of it', async () => {
    await using folder = await createServiceFolder(['talker.fixture.ts'])
    await using first = superviseIn(folder)
    const pid = pidIn(await first.waitFor(/ready \d+\n/))
    first.kill('SIGKILL')
    await first.ended
    expect(startOf(pid)).toBeDefined()
    await using second = superviseIn(folder)
    expect(pidIn(await second.waitFor('open\n'))).toBe(pid)
    second.kill('SIGTERM')
    expect(await second.ended).toMatchObject({ code: 0 })
    expect(startOf(pid)).toBeUndefined()
  })

  test('loses no line that was written, at whichever point it is killed', async () => {
    const random = createRandom(seedFromEnvironment())
    await using folder = await createServiceFolder(['talker.fixture.ts'])
    for (let point = 0; point < soakCount(10); point += 1) {
      await using supervisor = superviseIn(folder)
      await supervisor.waitFor(random.pick([/spawned|ready/, /ready/, /open/]))
      if (random.chance(0.7)) await growsBy(folder, random.integer(1, 20_000))
      supervisor.kill('SIGKILL')
      await supervisor.ended
    }
    await using last = superviseIn(folder)
    await last.waitFor('open\n')
    last.kill('SIGTERM')
    expect(await last.ended).toMatchObject({ code: 0 })
    expect(faultsIn(linesOf(folder))).toEqual([])
  })
})

function pidIn(output: string): number {
  return Number(/ready (\d+)/.exec(output)?.[1])
}

/** Until so many bytes more stand in the log. */
async function growsBy(folder: Folder, bytes: number): Promise<void> {
  const size = (): number => statSync(folder.join('log/main/current'), { throwIfNoEntry: false })?.size ?? 0
  const before = size()
  while (size() < before + bytes) await new Promise(setImmediate)
}

/** Each line of every file of the log, without its stamp. */
function linesOf(folder: Folder): string[] {
  const main = folder.join('log/main')
  const names = readdirSync(main)
    .filter((name) => name === 'current' || name.includes('.log'))
    .sort((a, b) => (a === 'current' ? 1 : b === 'current' ? -1 : a < b ? -1 : 1))
  return names.flatMap((name) => {
    const bytes = readFileSync(`${main}/${name}`)
    const text = (name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString()
    return text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => line.replace(/^\S+ /, ''))
  })
}

/** What is missing, twice, or out of order, of what each process says to have written. */
function faultsIn(lines: readonly string[]): string[] {
  const counts = new Map<string, number>()
  const faults: string[] = []
  for (const line of lines) {
    const [pid = '', ...rest] = line.split(' ')
    const last = counts.get(pid) ?? 0
    const [word, total] = rest
    if (word === 'total') {
      if (Number(total) !== last) faults.push(`${pid} wrote ${total}, found ${last}`)
    } else {
      if (Number(word) !== last + 1) faults.push(`${pid}: ${word} after ${last}`)
      counts.set(pid, Number(word))
    }
  }
  return faults
}
