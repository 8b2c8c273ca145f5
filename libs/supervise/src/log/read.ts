import { watch } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArchiveName } from './archive-name.ts'
import type { ArchiveName } from './archive-name.ts'
import { CURRENT } from './files.ts'
import { LineReader, readArchive } from './line-reader.ts'

export type ReadOptions = {
  /** How many of the lines that stand there come first. Default 10. */
  readonly lines?: number
  /** Whether lines that are written later follow, until `signal` aborts. */
  readonly follow?: boolean
  readonly signal?: AbortSignal
}

type Snapshot = { readonly archives: readonly ArchiveName[]; readonly current: LineReader | undefined }

/** At least so often a followed folder is looked at, in milliseconds: some file systems tell nobody of changes. */
const LOOK = 1000

/**
 * The last lines of a log, from `current` and as many archives as it takes, then those that come. Each is given once and whole,
 * with its newline, as the bytes that stand there; also across rotations, however many there were since the last look. Only what
 * the writer removed before it could be read is missing. Ends without an error when `signal` aborts.
 */
export async function* readLog(folder: string, options: ReadOptions = {}): AsyncGenerator<Buffer, void, undefined> {
  const { lines = 10, follow = false, signal } = options
  const changes = follow ? watchFolder(folder, signal) : undefined
  let { archives, current } = await takeSnapshot(folder)
  try {
    yield* lastLines(folder, { archives, current, lines })
    while (changes !== undefined && signal?.aborted !== true) {
      if (current !== undefined) yield* current.read()
      const next = await takeSnapshot(folder)
      if (current !== undefined && next.current?.file === current.file) {
        await next.current.close()
        await changes.next()
        continue
      }
      // Nobody writes to it any more, and its last lines may have come before it was put aside.
      if (current !== undefined) yield* current.read()
      yield* readMissed(folder, { before: archives, now: next.archives, last: current })
      await current?.close()
      ;({ archives, current } = next)
      if (current === undefined) await changes.next()
    }
  } finally {
    changes?.close()
    await current?.close()
  }
}

/** The archives, and the `current` that came after exactly these. */
async function takeSnapshot(folder: string): Promise<Snapshot> {
  for (;;) {
    const archives = await listArchives(folder)
    const current = await LineReader.open(join(folder, CURRENT))
    const again = await listArchives(folder)
    if (again.at(-1)?.micros === archives.at(-1)?.micros) return { archives: again, current }
    await current?.close()
  }
}

/** The oldest first; one that stands there twice while it is compressed counts once. */
async function listArchives(folder: string): Promise<readonly ArchiveName[]> {
  const names = await readdir(folder).catch(() => [])
  const archives = names.map(parseArchiveName).filter((archive) => archive !== undefined)
  const byTime = new Map(archives.map((archive) => [archive.micros, archive]))
  return [...byTime.values()].sort((one, other) => one.micros - other.micros)
}

async function* lastLines(folder: string, { archives, current, lines }: Snapshot & { lines: number }) {
  const parts: Buffer[][] = []
  let missing = lines
  const add = (part: Buffer[]): void => {
    parts.unshift(part)
    missing -= part.length
  }
  if (current !== undefined) add(await current.last(missing))
  for (const archive of archives.toReversed()) {
    if (missing <= 0) break
    add(await lastOf(readArchive(folder, archive.name), missing))
  }
  for (const part of parts) yield* part
}

async function lastOf(lines: AsyncIterable<Buffer>, count: number): Promise<Buffer[]> {
  const kept: Buffer[] = []
  for await (const line of lines) {
    kept.push(line)
    if (kept.length > 2 * count + 1000) kept.splice(0, kept.length - count)
  }
  return kept.slice(-count)
}

/** What became archives since the last look: the first of them is the file that was read until now, unless that is gone. */
async function* readMissed(
  folder: string,
  { before, now, last }: { before: readonly ArchiveName[]; now: readonly ArchiveName[]; last: LineReader | undefined },
) {
  const known = before.at(-1)?.micros ?? -Infinity
  const news = now.filter(({ micros }) => micros > known)
  const [first] = news
  const isRead = first !== undefined && last !== undefined && (await last.isCopy(join(folder, first.name)))
  for (const { name } of isRead ? news.slice(1) : news) yield* readArchive(folder, name)
}

/** Says when it is time to look again: something has changed, a while is over, or nobody wants to know any more. */
function watchFolder(folder: string, signal: AbortSignal | undefined) {
  const state: { isDirty: boolean; wake?: () => void } = { isDirty: false }
  const touch = (): void => {
    state.isDirty = true
    state.wake?.()
  }
  const watcher = startWatching(folder, touch)
  const timer = setInterval(touch, LOOK)
  signal?.addEventListener('abort', touch, { once: true })
  return {
    async next(): Promise<void> {
      if (!state.isDirty) await new Promise<void>((resolve) => (state.wake = resolve))
      state.isDirty = false
    },
    close(): void {
      watcher?.close()
      clearInterval(timer)
      signal?.removeEventListener('abort', touch)
    },
  }
}

/** A machine can be out of watches; then the timer alone has to do. */
function startWatching(folder: string, onChange: () => void) {
  try {
    return watch(folder, onChange).on('error', () => undefined)
  } catch {
    return undefined
  }
}
