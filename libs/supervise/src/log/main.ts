import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { formatError, isMochiError } from '@mochi/errors'
import { claimFolder } from './claim.ts'
import { Compressor } from './compress.ts'
import { logErrors } from './errors.ts'
import { createLogFiles } from './files.ts'
import { Inflight } from './inflight.ts'
import { openInput } from './input.ts'
import { createMicroClock } from './micro-clock.ts'
import { readLogSettings } from './settings.ts'
import { writeLogStatus } from './status.ts'
import type { LogStatus } from './status.ts'
import { LogWriter } from './writer.ts'

/** The log writer's process: `node main.ts FOLDER`, with the lines on standard input and `config.json` beside FOLDER. */
async function main(args: readonly string[]): Promise<void> {
  const [folder] = args
  if (folder === undefined || args.length !== 1) throw logErrors.SUPERVISE_LOG_USAGE({ found: args.length })
  const settings = readLogSettings(folder)
  mkdirSync(folder, { recursive: true, mode: 0o750 })
  const files = createLogFiles(folder)
  const memory = await claimFolder({ folder, files, onTrouble: (fault) => tell(folder, fault, 'none') })
  const guard = memory.isKept ? 'mapped' : 'none'
  if (!memory.isKept) say(`${folder}: what is being read is lost when this process is killed with -9`)
  const compressor = new Compressor(folder, (name, error) => say(`${name} stays uncompressed: ${wordsOf(error)}`))
  const inflight = new Inflight(memory.buffer)
  const writer = new LogWriter({
    settings,
    inflight,
    files,
    // Not unreferenced: while nothing is read, the timer of the next attempt alone keeps the process.
    clock: { now: createMicroClock(), setTimeout },
    onArchive: (name) => compressor.add(name),
    onTrouble: (fault) => tell(folder, fault, guard),
    onRoom: () => input.resume(),
  })
  const end = async (): Promise<void> => {
    // What is mapped waits for the next start; otherwise it waits here, until the disk takes it or nobody has patience any more.
    while (!(await writer.finish()) && !memory.isKept) await sleep(1000)
    await compressor.stop()
    process.exit(0)
  }
  const input = openInput(0, {
    inbox: inflight.inbox,
    onBytes: (length) => writer.receive(length),
    onEnd: (error) => {
      if (error !== undefined) say(`standard input: ${error.message}`)
      writer.endLine()
      void end()
    },
  })
  for (const signal of ['SIGHUP', 'SIGALRM'] as const) process.on(signal, () => writer.rotate())
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      input.drain()
      void end()
    })
  }
  if (writer.start()) input.resume()
  tell(folder, undefined, guard)
}

function tell(folder: string, fault: NodeJS.ErrnoException | undefined, guard: LogStatus['guard']): void {
  const state = fault === undefined ? 'writing' : 'waiting'
  if (fault !== undefined) {
    say(`${folder} takes nothing more: ${fault.message}. The service waits until it does; tried again every second`)
  }
  const reason = fault === undefined ? {} : { reason: fault.message }
  try {
    const since = new Date().toISOString()
    writeLogStatus(join(folder, 'status.json'), { pid: process.pid, state, since, ...reason, guard })
  } catch (error) {
    if (fault === undefined) say(`status.json: ${wordsOf(error)}`)
  }
}

function say(words: string): void {
  process.stderr.write(`log writer: ${words}\n`)
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

// Node says of `node:ffi` that it is experimental; here it has a fallback, and a line at each start helps nobody.
process.removeAllListeners('warning')
try {
  await main(process.argv.slice(2))
} catch (error) {
  if (!isMochiError(error)) throw error
  process.stderr.write(formatError(error))
  process.exitCode = 1
}
