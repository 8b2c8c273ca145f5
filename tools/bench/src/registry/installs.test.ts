import { readFile } from 'node:fs/promises'
import { createFolder } from '@mochi/testing'
import type { Folder } from '@mochi/testing'
import { expect, test } from 'vitest'
import { installAtOnce } from './installs.ts'

/** A PATH on which pnpm is this script. */
async function createPnpm(script: string): Promise<Folder & { env: { PATH: string } }> {
  const folder = await createFolder()
  await folder.write({ pnpm: `#!/bin/sh\n${script}\n` }, { mode: 0o755 })
  return { ...folder, env: { PATH: `${folder.path}:/usr/bin:/bin` } }
}

const common = { dependencies: ['one', '@some/other'], patience: 60_000 }

test('each has a folder, a HOME and a store of its own, and nothing of this machine', async () => {
  const script =
    'echo "$HOME $pnpm_config_store_dir $pnpm_config_registry $*" >>"$(dirname "$0")/calls"; env >"$HOME/env"'
  await using pnpm = await createPnpm(`${script}; grep -q '"one":"\\*","@some/other":"\\*"' package.json`)
  expect(await installAtOnce('http://127.0.0.1:1', { ...common, count: 3, env: pnpm.env })).toBeGreaterThan(0)

  const calls = (await readFile(pnpm.join('calls'), 'utf8')).trim().split('\n')
  expect(calls).toHaveLength(3)
  expect(new Set(calls.map((call) => call.split(' ')[0])).size).toBe(3)
  expect(new Set(calls.map((call) => call.split(' ')[1])).size).toBe(3)
  for (const call of calls) {
    expect(call).toMatch(/ http:\/\/127\.0\.0\.1:1\/ install --ignore-scripts --reporter=append-only$/)
  }
})

test('one that fails is no measurement, and says what it said', async () => {
  await using pnpm = await createPnpm('echo "no such package" >&2; exit 3')
  const installing = installAtOnce('http://127.0.0.1:1', { ...common, count: 2, env: pnpm.env })
  await expect(installing).rejects.toThrow('pnpm install ended with 3:\nno such package')
})

test('one that takes too long is ended', async () => {
  await using pnpm = await createPnpm('exec sleep 1000')
  const installing = installAtOnce('http://127.0.0.1:1', { ...common, count: 1, env: pnpm.env, patience: 1 })
  await expect(installing).rejects.toThrow('pnpm install ended with SIGKILL')
})
