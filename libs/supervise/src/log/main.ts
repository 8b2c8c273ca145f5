import { mkdirSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { formatError, isMochiError } from '@mochi/errors'
import { claimFolder } from './claim.ts'
import { Compressor } from './compress.ts'
import { logErrors } from './errors.ts'
import { createLogFiles } from './files.ts'
import { Inflight } from './inflight.ts'
import { openInput, ownDescriptor } from './input.ts'
import type { Input } from './input.ts'
import type { Memory } from './mapped-memory.ts'
import { createMicroClock } from './micro-clock.ts'
import { complain, createReport } from './report.ts'
import { readLogSettings } from './settings.ts'
import { LogWriter } from './writer.ts'

/** The exit code of a writer that was told to end before all could be written: EX_TEMPFAIL of sysexits(3). */
const UNWRITTEN = 75

/** The log writer's process: `node main.ts FOLDER`, with the lines on standard input and `config.json` beside FOLDER. */
async function main(args: readonly string[]): Promise<void> {
  const [folder] = args
  if (folder === undefined || args.length !== 1) throw logErrors.SUPERVISE_LOG_USAGE({ found: args.length })
  const settings = readLogSettings(folder)
  const pipe = ownDescriptor(0)
  // Until the pipe is read nothing is kept by ending in order.
  const state = { end: (): unknown => process.exit(UNWRITTEN) }
  whenTold(() => void state.end())
  mkdirSync(folder, { recursive: true, mode: 0o750 })
  const { say, tell } = createReport(folder)
  const files = createLogFiles(folder)
  const memory = await claimFolder({ folder, files, onTrouble: (fault) => tell(fault, 'none') })
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
    onTrouble: (fault) => tell(fault, guard),
    onRoom: () => input.resume(),
  })
  const input = openInput(pipe, {
    inbox: inflight.inbox,
    onBytes: (length) => writer.receive(length),
    onEnd: (error) => {
      if (error !== undefined) say(`standard input: ${error.message}`)
      writer.endLine()
      state.end()
    },
  })
  state.end = () => end({ writer, input, memory, compressor })
  for (const signal of ['SIGHUP', 'SIGALRM'] as const) process.on(signal, () => writer.rotate())
  if (!writer.advance()) return
  input.resume()
  tell(undefined, guard)
}

type Parts = {
  readonly writer: LogWriter
  readonly input: Input
  readonly memory: Memory
  readonly compressor: Compressor
}

/** Writes all there is and ends. What the disk does not take waits in the pipe and, where memory is mapped, in a file. */
async function end({ writer, input, memory, compressor }: Parts): Promise<never> {
  for (;;) {
    const isEmpty = input.drain(writer.advance())
    const isWritten = await writer.finish()
    if (isWritten || memory.isKept) {
      await compressor.stop()
      process.exit(isWritten && isEmpty ? 0 : UNWRITTEN)
    }
    // It waits here, until the disk takes it or nobody has patience any more.
    await sleep(1000)
  }
}

/** A message of the launcher comes also when this process has just begun; a signal would end it before it listens. */
function whenTold(end: () => void): void {
  const state = { isTold: false }
  const tell = (): void => {
    if (state.isTold) process.exit(UNWRITTEN)
    state.isTold = true
    end()
  }
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, tell)
  process.on('message', tell)
  // Whose launcher has died already was noted by nobody, and would keep the folder from the writer of the next one.
  process.send?.({ type: 'ready' }, (error: Error | null) => error !== null && process.exit(UNWRITTEN))
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
  complain(formatError(error))
  process.exit(1)
}
