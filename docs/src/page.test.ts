import { expect, test } from 'vitest'
import { parsePage } from './page.ts'

const fence = (info: string, ...lines: string[]) => ['```' + info, ...lines, '```'].join('\n')

test('commands and their output come with the line of the page where they stand', () => {
  const page = parsePage(['# Title', '', fence('console', '$ a', 'out', '$ b')].join('\n'))
  expect(page.steps).toEqual([
    { line: 4, command: 'a', expected: ['out'], kind: 'succeeds' },
    { line: 6, command: 'b', expected: [], kind: 'succeeds' },
  ])
})

test('a line that begins with > continues the command', () => {
  const page = parsePage(fence('console', '$ cat <<end', '> text', '> end', 'text'))
  expect(page.steps[0]).toMatchObject({ command: 'cat <<end\ntext\nend', expected: ['text'] })
})

test('"fails" and "runs" speak of the last command of a block', () => {
  const page = parsePage(`${fence('console fails', '$ a', '$ b')}\n\n${fence('console runs', '$ c')}`)
  expect(page.steps.map((step) => step.kind)).toEqual(['succeeds', 'fails', 'runs'])
})

test('a word that is not known after console is refused with its line', () => {
  expect(() => parsePage(fence('console quickly', '$ a'))).toThrow('line 1: expected console')
})

test('output before any command is refused with its line', () => {
  expect(() => parsePage(fence('console', 'out'))).toThrow('line 2: a console block begins with a command')
})

test('other languages are no commands', () => {
  expect(parsePage(fence('sh', '$ rm everything')).steps).toEqual([])
})

test('a block in a list is read without its indentation', () => {
  const page = parsePage('1. First:\n\n   ```console\n   $ a\n   out\n   ```\n')
  expect(page.steps).toEqual([{ line: 4, command: 'a', expected: ['out'], kind: 'succeeds' }])
})

test('a page can say why it is not replayed', () => {
  expect(parsePage('# Title\n\n<!-- not replayed: needs a Mac -->\n').notReplayed).toBe('needs a Mac')
  expect(parsePage('# Title\n').notReplayed).toBeUndefined()
})

test('links, images and definitions are found, in code they are not', () => {
  const page = parsePage('[a](one.md)\n![b](two.png)\n[c][d] `[e](three.md)`\n\n[d]: four.md\n')
  expect(page.links.map((link) => link.target).sort()).toEqual(['four.md', 'one.md', 'two.png'])
})

test('anchors are those that GitHub makes of headings', () => {
  const page = parsePage('# What is `it`, then?\n## Same\n## Same\n')
  expect([...page.anchors]).toEqual(['what-is-it-then', 'same', 'same-1'])
})
