import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { createCheckout } from '@mochi/testing'
import type { Checkout, Outcome } from '@mochi/testing'
import { findGeneration, prefixCandidates, readLock } from '@mochi/toolchain'
import { afterAll, beforeAll, expect, test } from 'vitest'

const TIDY = 'export const x = 1\n'
const CROOKED = 'export const x   =  "1";\n'
const CROOKED_PAGE = '#   Crooked\n'
const LOOSE = 'export const same = (a: number, b: number): boolean => a == b\n'

let checkout: Checkout
let env: Checkout['env']
const seconds: number[] = []

beforeAll(async () => {
  checkout = await createCheckout({ install: true })
  env = await withToolchain(checkout)
  const installed = await mochi('exec', '--', 'lefthook', 'install')
  expect(installed, installed.stderr).toMatchObject({ code: 0 })
}, 300_000)

afterAll(async () => {
  const shown = seconds.map((time) => time.toFixed(1)).join(', ')
  console.log(`The commit hook took ${shown} seconds.`)
  await checkout[Symbol.asyncDispose]()
})

test('files that are formatted and keep the rules are committed: only what is staged counts', async () => {
  await checkout.write({ 'libs/names/src/unfinished.ts': CROOKED })
  const { code, stdout, stderr } = await commit({ 'libs/names/src/tidy.ts': TIDY, 'docs/tidy.md': '# Tidy\n' })
  expect(code, stdout + stderr).toBe(0)
})

test('a file that is not formatted is refused, and the message says how to mend it', async () => {
  const { code, stdout, stderr } = await commit({ 'docs/crooked.md': CROOKED_PAGE })
  expect(code).not.toBe(0)
  expect(stdout + stderr).toContain('docs/crooked.md')
  expect(stdout + stderr).toContain('./mochi exec -- lefthook run mend')
})

test('a file that breaks a rule is refused', async () => {
  const { code, stdout, stderr } = await commit({ 'libs/names/src/loose.ts': LOOSE })
  expect(code).not.toBe(0)
  expect(stdout + stderr).toContain('eqeqeq')
  expect(stdout + stderr).toContain('./mochi exec -- lefthook run mend')
})

test('what the message advises mends the staged files, and no other', async () => {
  const [staged, other] = ['libs/names/src/changing.ts', 'libs/names/src/left-alone.ts']
  const mendable = 'export function f(): number {\n  let   x = 1\n  return x\n}\n'
  await checkout.write({ [staged]: mendable, [other]: mendable })
  await git('add', staged)
  const { code, stdout, stderr } = await mochi('exec', '--', 'lefthook', 'run', 'mend')
  expect(code, stdout + stderr).toBe(0)
  expect(await readFile(checkout.join(staged), 'utf8')).toBe(mendable.replace('let   x', 'const x'))
  expect(await readFile(checkout.join(other), 'utf8')).toBe(mendable)
  await git('rm', '--force', '--quiet', staged)
})

test('a hook of the user’s own runs beside ours, by the line that setup gives', async () => {
  await checkout.write({ '.git/hooks/pre-commit.old': '#!/bin/sh\necho my own hook\n' }, { mode: 0o755 })
  await checkout.write({ 'lefthook-local.yml': 'pre-commit: {jobs: [{name: mine, run: .git/hooks/pre-commit.old}]}\n' })
  const { code, stdout, stderr } = await commit({ 'docs/tidy-too.md': '# Tidy\n' })
  expect(code, stdout + stderr).toBe(0)
  expect(stdout + stderr).toContain('my own hook')
  expect((await git('status', '--short', 'lefthook-local.yml')).stdout).toBe('')
})

/** Stages the files and nothing else, and commits them the way a person does. A refused file does not stay staged. */
async function commit(files: Record<string, string>): Promise<Outcome> {
  await checkout.write(files)
  await git('add', ...Object.keys(files))
  const start = performance.now()
  const outcome = await git('commit', '--message', 'A change')
  seconds.push((performance.now() - start) / 1000)
  if (outcome.code !== 0) await git('rm', '--force', '--quiet', ...Object.keys(files))
  return outcome
}

function git(...args: string[]): Promise<Outcome> {
  return checkout.run('git', args, { env })
}

function mochi(...args: string[]): Promise<Outcome> {
  return checkout.run('./mochi', args, { env })
}

/** With the toolchain that this machine has; without one the launcher installs it in the checkout's home. */
async function withToolchain({ env, path }: Checkout): Promise<Checkout['env']> {
  const { generation } = await readLock(`${path}/toolchain/toolchain.lock`)
  const onPath = (process.env['PATH'] ?? '').split(':').map((folder) => /^(.+)\/env\/[^/]+\/bin$/.exec(folder)?.[1])
  const prefixes = [...onPath, ...prefixCandidates({ environment: process.env, home: homedir() })]
  const found = findGeneration({ prefixes: prefixes.filter((prefix) => prefix !== undefined), generation })
  return found === undefined ? env : { ...env, MOCHI_PREFIX: found.prefix }
}
