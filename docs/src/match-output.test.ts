import { expect, test } from 'vitest'
import { matchOutput, outputLines } from './match-output.ts'

const match = (expected: string, found: string) => matchOutput(outputLines(expected), outputLines(found))

test('the same lines agree, blank lines at the ends and trailing blanks aside', () => {
  expect(match('a\n\nb', '\na  \n\nb\n\n')).toBeUndefined()
})

test('a line that differs is named, on both sides', () => {
  expect(match('a\nb\nc', 'a\nx\nc')).toEqual({ expected: 1, found: 1 })
})

test('output that the transcript does not show is a mismatch, and so is silence where it shows a line', () => {
  expect(match('a', 'a\nsurprise')).toEqual({ expected: 1, found: 1 })
  expect(match('', 'surprise')).toEqual({ expected: 0, found: 0 })
  expect(match('a', '')).toEqual({ expected: 0, found: 0 })
})

test('… within a line is any text, but not a line end', () => {
  expect(match('done in … ms', 'done in 12 ms')).toBeUndefined()
  expect(match('done in …', 'done in 12\nms')).toEqual({ expected: 1, found: 1 })
})

test('… alone is any lines, none included', () => {
  expect(match('…', '')).toBeUndefined()
  expect(match('a\n…\nb', 'a\nb')).toBeUndefined()
  expect(match('a\n…\nb', 'a\nx\ny\nb')).toBeUndefined()
})

test('… does not stop at the first line that would fit when a later one is needed', () => {
  expect(match('…\nb\nc', 'b\nx\nb\nc')).toBeUndefined()
})

test('after … the line that was sought in vain is named', () => {
  expect(match('a\n…\nwanted', 'a\nx\ny')).toEqual({ expected: 2, found: 1 })
})

test('characters that mean something in a pattern mean themselves', () => {
  expect(match('a.b (c)*', 'a.b (c)*')).toBeUndefined()
  expect(match('a.b', 'axb')).toEqual({ expected: 0, found: 0 })
})

test('colours do not count', () => {
  expect(match('a b', '\u001b[1ma\u001b[0m b')).toBeUndefined()
})
