import { expect, test } from 'vitest'
import type { RunOutcome } from '../context.ts'
import { applyFormat, checkFormat } from './format.ts'

const root = '/checkout'
const answering = (outcome: Partial<RunOutcome>) => ({
  root,
  run: () => Promise.resolve({ code: 0, stdout: '', stderr: '', ...outcome }),
})

test('every file that prettier lists is a finding with its mend', async () => {
  const findings = await checkFormat(answering({ code: 1, stdout: 'a.ts\nb/c.md\n' }))
  expect(findings.map(({ file, mend }) => [file, mend])).toEqual([
    ['a.ts', './mochi check --fix'],
    ['b/c.md', './mochi check --fix'],
  ])
})

test('nothing listed, nothing found', async () => {
  expect(await checkFormat(answering({}))).toEqual([])
})

test('a prettier that cannot read a file, or does not start, is a finding and not silence', async () => {
  const unread = await checkFormat(answering({ code: 2, stderr: '[error] a.ts: SyntaxError' }))
  expect(unread).toMatchObject([{ message: expect.stringContaining('a.ts: SyntaxError') }])
  expect(await checkFormat(answering({ code: null, stderr: 'no such file' }))).toHaveLength(1)
  expect(await applyFormat(answering({ code: 2, stderr: 'no such file' }))).toHaveLength(1)
})
