import { posix } from 'node:path'
import { parseLcov } from './lcov.ts'
import type { FileCoverage } from './lcov.ts'
import type { ReportedProject } from './report.ts'

/** How many of how many ran. */
export type Share = { covered: number; total: number }

export type Coverage = { lines: Share; branches: Share; functions: Share }

type Measured = Pick<ReportedProject, 'folder' | 'lcov'>

const read = new WeakMap<Measured, FileCoverage[]>()

/** What ran of a project's files; paths from the root. Read once for all reports. */
export function readCoverage(project: Measured): readonly FileCoverage[] {
  const known = read.get(project)
  if (known !== undefined) return known
  const files = parseLcov(project.lcov ?? '').map((found) => ({ ...found, file: rootPath(project.folder, found.file) }))
  read.set(project, files)
  return files
}

/** A path of an lcov file, which is from the project's folder, from the root. */
export function rootPath(folder: string, file: string): string {
  return posix.isAbsolute(file) ? file : posix.join(folder, file)
}

/** The coverage of several files together. */
export function sumCoverage(files: readonly FileCoverage[]): Coverage {
  return {
    lines: share(files, ({ lines }) => lines.values()),
    branches: share(files, ({ branches }) => branches.values().map(({ hits }) => hits)),
    functions: share(files, ({ functions }) => functions.values().map(({ hits }) => hits)),
  }
}

function share(files: readonly FileCoverage[], hitsOf: (file: FileCoverage) => Iterable<number>): Share {
  const found = { covered: 0, total: 0 }
  for (const file of files) {
    for (const hits of hitsOf(file)) {
      found.total++
      if (hits > 0) found.covered++
    }
  }
  return found
}

/** 0 to 1; of nothing, all. */
export function rate({ covered, total }: Share): number {
  return total === 0 ? 1 : covered / total
}

/** A percentage that says 100 only of the whole, and 0 only where nothing ran: `99.9 %`; a dash where there is nothing to run. */
export function formatRate(of: Share): string {
  if (of.total === 0) return '–'
  const percent = Math.floor(rate(of) * 1000) / 10
  return `${percent === 0 && of.covered > 0 ? 0.1 : percent} %`
}

/** The lines that never ran, lines without code between them included: `3`, `7–12`. */
export function findUncovered({ lines }: Pick<FileCoverage, 'lines'>): string[] {
  const ranges: { first: number; last: number }[] = []
  let open = false
  for (const [line, hits] of lines) {
    const last = ranges.at(-1)
    if (hits === 0 && open && last !== undefined) last.last = line
    else if (hits === 0) ranges.push({ first: line, last: line })
    open = hits === 0
  }
  return ranges.map(({ first, last }) => (first === last ? String(first) : `${first}–${last}`))
}
