import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { formatError } from '@mochi/errors'
import { requireCommand, runProcess, workspaceRoot } from '@mochi/testing'
import { expect, test } from 'vitest'
import { installErrors } from './install-errors.ts'
import { MEND_LOCK } from './mend-lock.ts'
import { createInstaller } from './testing/installer.ts'

async function readScripts(): Promise<Map<string, string>> {
  const library = await readdir(join(workspaceRoot, 'toolchain/lib'))
  const names = ['mochi', 'toolchain/install', 'toolchain/bin/mochi', ...library.map((name) => `toolchain/lib/${name}`)]
  const texts = await Promise.all(names.map((name) => readFile(join(workspaceRoot, name), 'utf8')))
  return new Map(names.map((name, index) => [name, texts[index] ?? '']))
}

test('every code that a script prints is explained, and every explained code is printed by some script', async () => {
  const texts = [...(await readScripts()).values()].join('\n')
  const used = new Set([...texts.matchAll(/\b(?:INSTALL|LAUNCHER)_[A-Z_]+\b/g)].map(([code]) => code))
  expect([...used].sort()).toEqual(Object.keys(installErrors.definitions).sort())
})

test('the scripts give the same advice for a lock that cannot be used', async () => {
  expect((await readScripts()).get('toolchain/lib/messages.sh')).toContain(`\nmend_lock='${MEND_LOCK}'\n`)
})

test('a script prints an error in the very shape of libs/errors', async () => {
  await using installer = await createInstaller()
  const { stderr } = await installer.run(['--platform', 'x'])
  const found = 'The platforms are linux-x64, linux-arm64, darwin-x64 and darwin-arm64; asked for "x".'
  const error = installErrors.INSTALL_PLATFORM_UNKNOWN({ found, where: '--platform' })
  expect(stderr).toBe(`${formatError(error).replace(/next: .*/, 'next:  toolchain/install --help')}\n`)
})

test('no script is longer than a reader likes', async () => {
  for (const [name, text] of await readScripts())
    expect({ name, long: text.split('\n').length > 250 }).toEqual({ name, long: false })
})

test.runIf(requireCommand('shellcheck'))('shellcheck finds nothing', async () => {
  const options = { cwd: workspaceRoot }
  expect(await runProcess('shellcheck', ['-s', 'sh', '-a', '-x', 'toolchain/install'], options)).toMatchObject({
    code: 0,
    stdout: '',
  })
  expect(
    await runProcess('shellcheck', ['-s', 'sh', '-x', 'mochi', 'toolchain/bin/mochi', 'toolchain/bin/npx'], options),
  ).toMatchObject({
    code: 0,
    stdout: '',
  })
})
