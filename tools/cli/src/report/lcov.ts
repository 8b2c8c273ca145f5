/** What ran of one file. Lines count from 1. */
export type FileCoverage = {
  file: string
  /** Hits by line, in the order of lines. */
  lines: Map<number, number>
  functions: Map<string, { line: number; hits: number }>
  /** Hits by branch; its key names line, block and branch. */
  branches: Map<string, { line: number; hits: number }>
}

/**
 * Reads an lcov file (the records of geninfo(1) that vitest writes; others are passed over). Files in the order of their
 * paths; a file that stands there twice is one, with its hits added.
 */
export function parseLcov(text: string): FileCoverage[] {
  const files = new Map<string, FileCoverage>()
  let current: FileCoverage | undefined
  for (const record of text.split('\n')) {
    const [, key, value] = /^([A-Z]+):(.*?)\r?$/.exec(record) ?? []
    if (key === undefined || value === undefined) continue
    if (key === 'SF') {
      current = files.get(value) ?? { file: value, lines: new Map(), functions: new Map(), branches: new Map() }
      files.set(value, current)
    } else if (current !== undefined) {
      addRecord(current, key, value)
    }
  }
  return [...files.values()].sort((a, b) => (a.file < b.file ? -1 : 1)).map(sortLines)
}

function addRecord(file: FileCoverage, key: string, value: string): void {
  const [first = '', second = ''] = value.split(',')
  if (key === 'DA') file.lines.set(Number(first), (file.lines.get(Number(first)) ?? 0) + Number(second))
  else if (key === 'FN') addFunction(file, value.slice(first.length + 1), Number(first))
  else if (key === 'FNDA') addHits(file, value.slice(first.length + 1), Number(first))
  else if (key === 'BRDA') addBranch(file, value)
}

function addFunction(file: FileCoverage, name: string, line: number): void {
  file.functions.set(name, { line, hits: file.functions.get(name)?.hits ?? 0 })
}

function addHits(file: FileCoverage, name: string, hits: number): void {
  const known = file.functions.get(name)
  if (known !== undefined) known.hits += hits
}

/** A branch whose line never ran has `-` for its hits. */
function addBranch(file: FileCoverage, value: string): void {
  const [line = '', block = '', branch = '', hits = ''] = value.split(',')
  const key = `${line},${block},${branch}`
  file.branches.set(key, { line: Number(line), hits: (file.branches.get(key)?.hits ?? 0) + (Number(hits) || 0) })
}

function sortLines(file: FileCoverage): FileCoverage {
  return { ...file, lines: new Map([...file.lines].sort(([a], [b]) => a - b)) }
}
