import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { workspaceRoot } from '@mochi/testing'
import { expect, test } from 'vitest'

const folder = join(workspaceRoot, 'docs/benchmarks')
const explained = rowsOf('README.md')
const pages = globSync('*.md', { cwd: folder, exclude: ['README.md'] }).sort()

test.for(pages)('every row of docs/benchmarks/%s is explained beside it, in plain words', (page) => {
  expect(rowsOf(page)).not.toEqual([])
  expect(explained).toEqual(expect.arrayContaining(rowsOf(page)))
})

/** The first cell of every row of a page's tables. */
function rowsOf(page: string): string[] {
  const cells = readFileSync(join(folder, page), 'utf8').matchAll(/^\| ([^|]*?) +\|/gm)
  return [...cells].map(([, cell = '']) => cell).filter((cell) => !/^(?:-+|what|row)$/.test(cell))
}
