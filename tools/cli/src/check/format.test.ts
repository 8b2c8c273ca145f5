import { stat } from 'node:fs/promises'
import { createFolder, workspaceRoot } from '@mochi/testing'
import { expect, test } from 'vitest'
import type { RunOutcome } from '../context.ts'
import { createRun } from '../run-process.ts'
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

test.each([
  ['garbage', { 'node_modules/.cache/mochi/prettier': 'garbage' }],
  ['a folder', { 'node_modules/.cache/mochi/prettier/x': '' }],
])('a cache that prettier cannot read, %s, is thrown away', async (_name, cache) => {
  await using folder = await createFolder({ 'a.js': 'a  =  1', ...cache })
  const prettier = `#!/bin/sh\nexec '${workspaceRoot}/node_modules/.bin/prettier' "$@"\n`
  await folder.write({ 'node_modules/.bin/prettier': prettier }, { mode: 0o755 })
  const context = { root: folder.path, run: createRun({ cwd: folder.path, env: process.env }) }
  const anew = await checkFormat(context)
  expect(anew).toMatchObject([{ file: 'a.js', message: 'The file is not as prettier writes it.' }])
  expect(await checkFormat(context)).toEqual(anew)
  expect((await stat(folder.join('node_modules/.cache/mochi/prettier'))).isFile()).toBe(true)
})
