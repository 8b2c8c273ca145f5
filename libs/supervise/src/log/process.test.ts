import { watch } from 'node:fs'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import {
  createFolder,
  createRandom,
  onSmallDisk,
  requireSmallDisk,
  runProcess,
  seedFromEnvironment,
  soakCount,
  startProcess,
} from '@mochi/testing'
import { describe, expect, test } from 'vitest'
import { createLogRig } from './process.fixture.ts'
import type { LogRig } from './process.fixture.ts'
import { readLog } from './read.ts'

const WRITER = new URL('main.ts', import.meta.url).pathname
const NAIVE = new URL('naive-writer.fixture.ts', import.meta.url).pathname

/** Everything in a log's folder without the stamps, the oldest first. */
async function textOf(folder: string): Promise<string> {
  const names = (await readdir(folder)).filter((name) => name === 'current' || name.includes('.log')).sort()
  const parts = await Promise.all(
    names.map(async (name) => {
      const bytes = await readFile(join(folder, name))
      return (name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString()
    }),
  )
  return parts.join('').replaceAll(/^\S+Z /gm, '')
}

/** Resolves when something in the folder is as wanted. */
async function until(folder: string, isSo: () => Promise<boolean>): Promise<void> {
  const changes = Promise.withResolvers<undefined>()
  let isLooking = false
  const look = async (): Promise<void> => {
    if (isLooking) return
    isLooking = true
    if (await isSo().catch(() => false)) changes.resolve(undefined)
    isLooking = false
  }
  const watcher = watch(folder, () => void look())
  const timer = setInterval(() => void look(), 50)
  await changes.promise
  clearInterval(timer)
  watcher.close()
}

/** Numbered lines, 100 to a write, while the writer is killed after the writes whose numbers are given. */
async function flood(rig: LogRig, { kills, program }: { kills: readonly number[]; program?: string }): Promise<string> {
  let writer = rig.start(program)
  let written = ''
  for (let turn = 0; turn <= Math.max(...kills) + 20; turn += 1) {
    const lines = Array.from({ length: 100 }, (_, index) => `line ${turn * 100 + index} ${'x'.repeat(80)}\n`).join('')
    await rig.pipe.write(lines)
    written += lines
    if (!kills.includes(turn)) continue
    await writer.end('SIGKILL')
    writer = rig.start(program)
  }
  const last = written.slice(written.lastIndexOf('\n', written.length - 2) + 1)
  await until(rig.folder, async () => (await textOf(rig.folder)).endsWith(last))
  await writer.end('SIGTERM')
  return written
}

describe('a writer that is killed with -9 while its service floods it', () => {
  const random = createRandom(seedFromEnvironment())
  const points = (count: number): number[] =>
    Array.from({ length: count }, (_, index) => index * 30 + random.integer(10, 38))

  test('loses no line, cuts none, repeats none', { timeout: soakCount(60_000) }, async () => {
    await using rig = await createLogRig({ size: 300_000 })
    const kills = points(soakCount(10))
    const written = await flood(rig, { kills })
    expect((await textOf(rig.folder)) === written).toBe(true)
  })

  test('would lose some if it were written as one would first write it', async () => {
    await using rig = await createLogRig()
    const written = await flood(rig, { kills: points(4), program: NAIVE })
    expect((await textOf(rig.folder)) === written).toBe(false)
  })
})

describe.concurrent('a signal', () => {
  test('SIGTERM: what stands in the pipe is written, half a line included', async () => {
    await using rig = await createLogRig()
    const writer = rig.start()
    await rig.pipe.write('first\n')
    await until(rig.folder, async () => (await textOf(rig.folder)) === 'first\n')
    writer.process.kill('SIGSTOP')
    await rig.pipe.write('second\nhalf')
    writer.process.kill('SIGTERM')
    expect(await writer.end('SIGCONT')).toBe(0)
    expect(await textOf(rig.folder)).toBe('first\nsecond\nhalf [line goes on]\n')
  })

  test.each(['SIGHUP', 'SIGALRM'] as const)('%s: current is put aside and compressed', async (signal) => {
    await using rig = await createLogRig()
    const writer = rig.start()
    await rig.pipe.write('first\n')
    await until(rig.folder, async () => (await textOf(rig.folder)) === 'first\n')
    writer.process.kill(signal)
    await until(rig.folder, async () => {
      const names = await readdir(rig.folder)
      return names.some((name) => name.endsWith('Z.log.gz')) && !names.some((name) => /\.(?:log|part)$/.test(name))
    })
    await rig.pipe.write('second\n')
    await until(rig.folder, async () => (await textOf(rig.folder)) === 'first\nsecond\n')
    expect(await readFile(join(rig.folder, 'current'), 'utf8')).toMatch(/^\S+Z second\n$/)
  })
})

test('a pipe that one descriptor reads and writes stays one that waits, for whoever else has it', async () => {
  await using rig = await createLogRig()
  const writer = rig.start()
  await rig.pipe.write('first\n')
  await until(rig.folder, async () => (await textOf(rig.folder)) === 'first\n')
  // The writer's standard input is the keeper's descriptor: its flags are shared.
  if (process.platform === 'linux') {
    const flags = await readFile(`/proc/${writer.process.pid ?? 0}/fdinfo/0`, 'utf8')
    expect(Number.parseInt(/flags:\s+(\d+)/.exec(flags)?.[1] ?? '', 8) & 0o4000).toBe(0)
  }
})

test('a second writer of the same folder is refused, and the first goes on', async () => {
  await using rig = await createLogRig()
  rig.start()
  await rig.pipe.write('first\n')
  await until(rig.folder, async () => (await textOf(rig.folder)) === 'first\n')
  const { code, stderr } = await runProcess(process.execPath, [WRITER, rig.folder])
  expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining('SUPERVISE_LOG_TAKEN') })
})

test('faults of its configuration are all named before anything is read', async () => {
  await using folder = await createFolder({ 'config.json': '{"size": 0, "stamp": "utc", "ages": 1}' })
  const { code, stderr } = await runProcess(process.execPath, [WRITER, folder.join('main')], { input: 'lost?\n' })
  expect(code).toBe(1)
  for (const word of ['size', 'stamp', 'ages', 'SUPERVISE_LOG_CONFIG']) expect(stderr).toContain(word)
  expect(await readdir(folder.path)).toEqual(['config.json'])
})

test('what a writer has left half compressed is finished at the next start', async () => {
  const [first, second] = ['2026-01-01T00-00-00.000000Z.log', '2026-01-02T00-00-00.000000Z.log']
  await using folder = await createFolder({
    [`main/${first}`]: 'one\n',
    [`main/${first}.gz.part`]: 'half',
    [`main/${second}`]: 'two\n',
    'config.json': '{"stamp": "none"}',
  })
  await using writer = startProcess('sh', [
    '-c',
    `sleep 60 | exec "$0" "$@"`,
    process.execPath,
    WRITER,
    folder.join('main'),
  ])
  await until(folder.join('main'), async () => {
    const names = await readdir(folder.join('main'))
    return names.filter((name) => name.startsWith('2026')).join() === `${first}.gz,${second}.gz`
  })
  expect(await textOf(folder.join('main'))).toBe('one\ntwo\n')
  expect(writer.output).toBe('')
})

describe.runIf(requireSmallDisk())('a disk that is full', { concurrent: true }, () => {
  const START = '"$NODE" "$WRITER" "$DISK/main" <&9 2>>"$SAID" & writer=$!'
  const RESULT = 'wait $writer; echo "ended $?"; sed "s/^[^ ]* //" "$DISK/main/current" | cmp - "$LINES" && echo same'

  /**
   * Runs steps of sh on a disk of 5 MiB of which a stranger's file takes so many KiB, while a service writes 30,000 lines
   * to the pipe that fd 9 reads. What the writer says goes to the same disk, as a tree has it, or elsewhere.
   */
  async function runOnDisk(stranger: number, steps: readonly string[], said?: string): Promise<string[]> {
    const lines = Array.from({ length: 30_000 }, (_, index) => `${String(index).padStart(99, '.')}\n`).join('')
    await using folder = await createFolder({ 'disk/.keep': '', lines })
    const disk = folder.join('disk')
    const script = [
      'mkdir "$DISK/main"; mkfifo "$DISK/pipe"; : >"$DISK/errors"',
      `dd if=/dev/zero of="$DISK/stranger" bs=1024 count=${stranger} 2>/dev/null`,
      'cat "$LINES" >"$DISK/pipe" & exec 9<"$DISK/pipe"',
      ...steps,
    ]
    const [command, ...args] = onSmallDisk({ folder: disk, size: '5m' }, ['sh', '-c', script.join('\n')])
    const variables = {
      ...{ DISK: disk, LINES: folder.join('lines'), NODE: process.execPath, WRITER, NAIVE },
      SAID: said === undefined ? `${disk}/errors` : folder.join(said),
    }
    const { stdout } = await runProcess(command, args, { env: { ...process.env, ...variables } })
    return stdout.trim().split('\n')
  }

  const until = (isSo: string): string => `until ${isSo}; do sleep 0.05; done`
  const UNTIL_WAITING = until(`grep -q '"state":"waiting"' "$DISK/main/status.json"`)

  test('stops the service and not the log: all is there when there is room again', async () => {
    const steps = [START, UNTIL_WAITING, 'rm "$DISK/stranger"', RESULT]
    expect(await runOnDisk(1600, steps)).toEqual(['ended 0', 'same'])
  })

  test('ends a writer as one would first write it, and what stood in its memory is gone', async () => {
    const steps = [START.replace('$WRITER', '$NAIVE'), until('grep -q ENOSPC "$SAID"'), 'rm "$DISK/stranger"', RESULT]
    expect(await runOnDisk(1600, steps, 'said')).toEqual(['ended 1'])
  })

  test('cuts no line when the writer is told to end; that not all is written is told, and the next one goes on', async () => {
    const steps = [
      ...[START, UNTIL_WAITING, 'kill -TERM $writer; wait $writer; echo "told to end: $?"'],
      ...[START, until('grep -q "\\"pid\\":$writer," "$DISK/main/status.json"')],
      ...['grep -o "\\"state\\":\\"[a-z]*\\"" "$DISK/main/status.json"', 'rm "$DISK/stranger"', RESULT],
    ]
    expect(await runOnDisk(1600, steps)).toEqual(['told to end: 75', '"state":"waiting"', 'ended 0', 'same'])
  })

  test('lets a writer begin, which says so and waits for room', async () => {
    const steps = [START, until('grep -q "takes nothing more" "$SAID"'), 'rm "$DISK/stranger"', RESULT]
    expect(await runOnDisk(10_000, steps, 'said')).toEqual(['ended 0', 'same'])
  })
})

describe.concurrent('a service that writes more than its pipe holds and ends at once', () => {
  const LINES = 20_000
  const flood = (before: string): string =>
    `${before}; process.stderr.write('begun'); for (let line = 0; line < ${LINES}; line += 1) console.log('line ' + line); process.exit(0)`

  /** The lines that the log has of it when its writer is behind. */
  async function linesOf(program: string, isWaited: boolean): Promise<number> {
    await using rig = await createLogRig()
    const writer = rig.start()
    await rig.pipe.write('first\n')
    await until(rig.folder, async () => (await textOf(rig.folder)) === 'first\n')
    writer.process.kill('SIGSTOP')
    const service = rig.serve(program)
    await (isWaited ? service.begun : service.ended)
    writer.process.kill('SIGCONT')
    await service.ended
    await writer.end('SIGTERM')
    return (await textOf(rig.folder)).split('\n').length - 2
  }

  test('waits for the writer where it writes to a pipe that waits, and no line is lost', async () => {
    expect(await linesOf(flood('process.stdout._handle.setBlocking(true)'), true)).toBe(LINES)
  })

  test('loses what it has in memory where it leaves its output as Node has it', async () => {
    expect(await linesOf(flood(''), false)).toBeLessThan(LINES)
  })
})

describe.concurrent('a log that is read', () => {
  async function takeLines(lines: AsyncIterable<Buffer>, count: number): Promise<string[]> {
    const taken: string[] = []
    for await (const line of lines) {
      taken.push(line.toString())
      if (taken.length === count) break
    }
    return taken
  }

  test('gives its last lines, also those of compressed files', async () => {
    await using folder = await createFolder({ 'config.json': '{"stamp": "none", "size": 2000, "keep": 100000}' })
    const input = Array.from({ length: 500 }, (_, index) => `line ${index}\n`).join('')
    await runProcess(process.execPath, [WRITER, folder.join('main')], { input })
    for (const count of [0, 1, 10, 300, 500, 1000]) {
      const read = await Array.fromAsync(readLog(folder.join('main'), { lines: count }), String)
      expect(read.join('')).toBe(
        input
          .split(/(?<=\n)/)
          .slice(500 - Math.min(count, 500))
          .join(''),
      )
    }
  })

  test('is followed through rotations without a line too few or too many', async () => {
    await using rig = await createLogRig({ stamp: 'none', size: 20_000, keep: 100_000_000 })
    rig.start()
    await rig.pipe.write('before\n')
    await until(rig.folder, async () => (await textOf(rig.folder)) === 'before\n')
    const count = 20_000
    const following = readLog(rig.folder, { follow: true })
    const first = await following.next()
    const read = takeLines(following, count)
    for (let turn = 0; turn < count / 50; turn += 1) {
      await rig.pipe.write(Array.from({ length: 50 }, (_, index) => `line ${turn * 50 + index}\n`).join(''))
    }
    const lines = [String(first.value), ...(await read)]
    expect(
      lines.join('') === ['before\n', ...Array.from({ length: count }, (_, index) => `line ${index}\n`)].join(''),
    ).toBe(true)
  })

  test('is followed from before its first line, and until nobody wants to any more', async () => {
    await using folder = await createFolder({ 'main/.keep': '' })
    const end = new AbortController()
    const lines = readLog(folder.join('main'), { follow: true, signal: end.signal })
    const first = lines.next()
    await writeFile(folder.join('main/current'), 'one\nhal')
    expect(String((await first).value)).toBe('one\n')
    const second = lines.next()
    await writeFile(folder.join('main/current'), 'f\n', { flag: 'a' })
    expect(String((await second).value)).toBe('half\n')
    const third = lines.next()
    end.abort()
    expect(await third).toEqual({ done: true, value: undefined })
  })
})
