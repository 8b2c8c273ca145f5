import { readFile } from 'node:fs/promises'
import { createFolder } from '@mochi/testing'
import { expect, test } from 'vitest'
import { parsePage } from './page.ts'
import { formatFault, replayPage } from './replay.ts'

const env = { PATH: process.env['PATH'] }

/** Replays console blocks in an empty folder; each block is its info string and its lines. */
async function replay(blocks: readonly (readonly string[])[], limit = 20_000): Promise<string | undefined> {
  await using folder = await createFolder()
  const text = blocks.map(([info, ...lines]) => ['```' + (info ?? ''), ...lines, '```'].join('\n')).join('\n\n')
  const fault = await replayPage(parsePage(text), { cwd: folder.path, env, limit })
  return fault === undefined ? undefined : formatFault('page.md', fault)
}

test('a page whose commands do what it shows is fine', async () => {
  expect(await replay([['console', '$ echo one', 'one', '$ printf two', 'two']])).toBeUndefined()
})

test('a difference is told with page, line, what was expected and what was found', async () => {
  expect(await replay([['console', '$ echo one', 'one', '$ echo two', 'three']])).toBe(
    'page.md:4: $ echo two\n  expected "three" where "two" stands\n  expected:\n    three\n  found:\n    two',
  )
})

test('cd, variables and eval carry over to the next command and the next block', async () => {
  const blocks = [
    ['console', '$ mkdir sub && cd sub', '$ eval "NAME=value"'],
    ['console', '$ basename "$PWD" && echo "$NAME"', 'sub', 'value'],
  ]
  expect(await replay(blocks)).toBeUndefined()
})

test('errors that a command prints are part of its output', async () => {
  expect(await replay([['console', '$ echo one; echo two >&2', 'one', 'two']])).toBeUndefined()
})

test('a command that fails is a fault, even when its output is as shown, and nothing after it runs', async () => {
  const fault = await replay([['console', '$ echo one; false', 'one', '$ echo never']])
  expect(fault).toContain('page.md:2: $ echo one; false\n  exit code 1, and the page says that it succeeds')
})

test('a command that should fail has to', async () => {
  expect(
    await replay([['console fails', '$ echo sorry; exit_code() { return 3; }; exit_code', 'sorry']]),
  ).toBeUndefined()
  expect(await replay([['console fails', '$ true']])).toContain('exit code 0, and the page says that it fails')
})

test('a command that reads its standard input does not swallow the next command', async () => {
  expect(await replay([['console', '$ cat', '$ echo next', 'next']])).toBeUndefined()
})

test('a command that ends the shell is a fault', async () => {
  expect(await replay([['console', '$ exit 0', '$ echo never']])).toContain('page.md:2: $ exit 0\n  ended before')
})

test('a server runs until the page ends, what follows runs in another terminal of the first folder', async () => {
  const blocks = [
    ['console runs', '$ mkdir sub && cd sub', '$ echo ready >&2; exec cat ../pipe', 'ready'],
    ['console', '$ basename "$PWD" | grep -c sub || true', '0', '$ test -d sub'],
  ]
  await using folder = await createFolder()
  const text = blocks.map(([info, ...lines]) => ['```' + (info ?? ''), ...lines, '```'].join('\n')).join('\n\n')
  const page = parsePage(`\`\`\`console\n$ mkfifo pipe\n\`\`\`\n\n${text}`)
  expect(await replayPage(page, { cwd: folder.path, env, limit: 20_000 })).toBeUndefined()
})

test('a server that ends before it printed what the page shows is a fault', async () => {
  const fault = await replay([['console runs', '$ echo one', 'one', '$ echo failing', 'ready']])
  expect(fault).toContain('page.md:4: $ echo failing')
})

test('a command that does not end is a fault with its line, and is gone afterwards', async () => {
  await using folder = await createFolder()
  const page = parsePage('```console\n$ mkfifo pipe\n$ echo $$ >pid; cat pipe\n```\n')
  const fault = await replayPage(page, { cwd: folder.path, env, limit: 300 })
  expect(fault).toMatchObject({ step: { line: 3 }, problem: 'did not come this far in time' })
  const pid = Number(await readFile(folder.join('pid'), 'utf8'))
  expect(() => process.kill(pid, 0)).toThrow('ESRCH')
})
