import { basename } from 'node:path'
import { rate, sumCoverage } from './coverage.ts'
import { parseLcov } from './lcov.ts'
import type { FileCoverage } from './lcov.ts'
import { escapeMarkup, formatAttributes } from './xml.ts'

/**
 * An lcov file whose paths are from `root` as Cobertura XML, as its coverage-04.dtd has it: a package for each project, a
 * class for each file. It names no DTD, which some readers would fetch.
 */
export function toCobertura(lcov: string, { root, time }: { root: string; time: Date }): string {
  const files = parseLcov(lcov)
  const { lines, branches } = sumCoverage(files)
  const head = formatAttributes({
    ...rates(files),
    'lines-covered': lines.covered,
    'lines-valid': lines.total,
    'branches-covered': branches.covered,
    'branches-valid': branches.total,
    version: '1',
    timestamp: time.getTime(),
  })
  const packages = Map.groupBy(files, ({ file }) => file.split('/').slice(0, 2).join('.'))
  return [
    `<?xml version="1.0" encoding="UTF-8"?>\n<coverage${head}>\n`,
    `  <sources><source>${escapeMarkup(root)}</source></sources>\n  <packages>\n`,
    ...packages.entries().map(([name, members]) => formatPackage(name, members)),
    '  </packages>\n</coverage>\n',
  ].join('')
}

/** What the DTD asks of every level; nobody measures the complexity. */
function rates(files: readonly FileCoverage[]): Record<string, string | number> {
  const { lines, branches } = sumCoverage(files)
  return { 'line-rate': formatRatio(rate(lines)), 'branch-rate': formatRatio(rate(branches)), complexity: 0 }
}

function formatPackage(name: string, files: readonly FileCoverage[]): string {
  const classes = files.map(formatClass).join('')
  return `    <package${formatAttributes({ name, ...rates(files) })}><classes>\n${classes}    </classes></package>\n`
}

function formatClass(file: FileCoverage): string {
  const head = formatAttributes({ name: basename(file.file), filename: file.file, ...rates([file]) })
  const branches = Map.groupBy(file.branches.values(), ({ line }) => measuredLine(file, line))
  const lines = [...file.lines].map(([line, hits]) => formatLine(line, hits, branches.get(line)))
  const methods = [...file.functions].map(([name, found]) => formatMethod(name, found))
  return `      <class${head}>\n        <methods>${methods.join('')}</methods>\n        <lines>\n${lines.join('')}        </lines>\n      </class>\n`
}

/**
 * The line that a branch is told of. Inside an expression of several lines it stands on one that is not counted itself:
 * then the nearest before, so that the branches of the lines are those of the totals.
 */
function measuredLine({ lines }: FileCoverage, line: number): number | undefined {
  if (lines.has(line)) return line
  const counted = [...lines.keys()]
  return counted.findLast((candidate) => candidate < line) ?? counted[0]
}

function formatMethod(name: string, { line, hits }: { line: number; hits: number }): string {
  const ratio = hits > 0 ? 1 : 0
  const head = formatAttributes({ name, signature: '()', 'line-rate': ratio, 'branch-rate': ratio, complexity: 0 })
  return `<method${head}><lines><line${formatAttributes({ number: line, hits })}/></lines></method>`
}

function formatLine(number: number, hits: number, branches: readonly { hits: number }[] = []): string {
  const taken = branches.filter((branch) => branch.hits > 0).length
  const total = branches.length
  const conditions =
    total === 0
      ? {}
      : { branch: 'true', 'condition-coverage': `${Math.floor((taken / total) * 100)}% (${taken}/${total})` }
  return `          <line${formatAttributes({ number, hits, ...conditions })}/>\n`
}

function formatRatio(ratio: number): string {
  return String(Math.floor(ratio * 10_000) / 10_000)
}
