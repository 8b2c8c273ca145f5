import { createFolder } from '@mochi/testing'
import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import type { Run } from '../context.ts'
import type { Finding } from './finding.ts'
import { checkFormat } from './format.ts'
import { runCheck } from './run.ts'
import type { Checks } from './run.ts'
import type { Workspace } from './workspace.ts'

test('nothing wrong: one line, exit code 0', async () => {
  await using rig = await createRig({ 'a.txt': 'right\n' })
  expect(await rig.check()).toBe(0)
  expect(rig.output()).toBe('Nothing is wrong.\n')
})

test('all findings at once, by file, each with its place, its mend and its rule', async () => {
  await using rig = await createRig({ 'b.txt': 'wrong\n', 'a.txt': 'wrong\n' })
  expect(await rig.check()).toBe(1)
  expect(rig.output()).toBe(
    [
      'a.txt:1  It was expected to be right.',
      '  mend: ./mochi check --fix  [right]',
      'b.txt:1  It was expected to be right.',
      '  mend: ./mochi check --fix  [right]',
      '2 findings.',
      '',
    ].join('\n'),
  )
})

test('--fix writes what a program can tell, then says what is left', async () => {
  await using rig = await createRig({ 'a.txt': 'wrong\n', 'b.txt': 'hopeless\n' })
  expect(await rig.check({ fix: true })).toBe(1)
  expect(await readFile(rig.path('a.txt'), 'utf8')).toBe('right\n')
  expect(rig.output()).toContain('1 file written. 1 finding.')
  expect(rig.calls()).toContain('prettier --write')
})

test('--json is one document: what was written, what is left, and whether a program could mend it', async () => {
  await using rig = await createRig({ 'a.txt': 'wrong\n', 'b.txt': 'hopeless\n' })
  expect(await rig.check({ json: true })).toBe(1)
  expect(JSON.parse(rig.output())).toMatchObject({
    mended: [],
    findings: [
      { file: 'a.txt', line: 1, rule: 'right', fixable: true },
      { file: 'b.txt', line: 1, rule: 'right', fixable: false },
    ],
  })
})

test('--json says that what prettier mends, --fix mends', async () => {
  await using rig = await createRig({ 'a.txt': 'right\n' })
  rig.listDifferent('a.txt')
  expect(await rig.check({ json: true })).toBe(1)
  expect(JSON.parse(rig.output())).toMatchObject({ findings: [{ file: 'a.txt', rule: 'format', fixable: true }] })
})

test('a folder that git does not know is refused with a code', async () => {
  await using rig = await createRig({})
  const code = 'CHECK_NO_FILE_LIST'
  rig.failGit('fatal: not a git repository')
  await expect(rig.check()).rejects.toMatchObject({ code, hint: `git init '${rig.path('.')}'` })
  rig.failGit('fatal: detected dubious ownership')
  await expect(rig.check()).rejects.toMatchObject({ code, hint: `git -C '${rig.path('.')}' status` })
})

/** A rule for the rig: every file says `right`. */
function right({ files }: Workspace): Finding[] {
  return files
    .filter(({ text }) => text !== 'right\n')
    .map(({ path, text }) => ({
      rule: 'right',
      file: path,
      line: 1,
      message: 'It was expected to be right.',
      mend: './mochi check --fix',
      fix: text === 'wrong\n' ? { path, edit: () => 'right\n' } : undefined,
    }))
}

async function createRig(files: Record<string, string>) {
  const folder = await createFolder(files)
  const written: string[] = []
  const calls: string[] = []
  const git = { code: 0, stderr: '' }
  const prettier = { code: 0, stdout: '', stderr: '' }
  const run: Run = (command, args) => {
    calls.push(`${command.split('/').at(-1) ?? ''} ${args.join(' ')}`)
    return Promise.resolve(command === 'git' ? { ...git, stdout: Object.keys(files).join('\0') } : prettier)
  }
  const checks: Checks = {
    format: checkFormat,
    faults: (_, workspace) => Promise.resolve(right(workspace)),
  }
  const stdout = { write: (text: string) => void written.push(text), isTTY: false, color: false, columns: 80 }
  const context = { root: folder.path, home: '/home/ann', command: './mochi', stdout, run }
  return {
    check: (flags: { fix?: boolean; json?: boolean } = {}) =>
      runCheck(context, { fix: false, json: false, ...flags }, checks),
    path: (name: string) => folder.join(name),
    output: () => written.join(''),
    calls: () => calls.join('\n'),
    failGit: (stderr: string) => Object.assign(git, { code: 128, stderr }),
    listDifferent: (file: string) => Object.assign(prettier, { code: 1, stdout: `${file}\n` }),
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  }
}
