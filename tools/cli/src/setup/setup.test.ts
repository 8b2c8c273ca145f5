import { isolatedEnvironment, runProcess } from '@mochi/testing'
import type { Folder } from '@mochi/testing'
import { describe, expect, test } from 'vitest'
import { createInstalledCheckout } from '../testing/installed-checkout.ts'
import { createTestContext } from '../testing/test-context.ts'
import { runStatus } from '../status/run.ts'
import { runSetup } from './run.ts'

/** Stands in for lefthook: writes the hook that git would call. */
const LEFTHOOK = '#!/bin/sh\necho "exec lefthook run pre-commit" >.git/hooks/pre-commit\n'

async function setup(folder: Folder, options: { git?: boolean; env?: Record<string, string>; onPath?: boolean } = {}) {
  const { git = true, onPath = false } = options
  const env = isolatedEnvironment(folder.join('home'), { MOCHI_PREFIX: folder.join('prefix'), ...options.env })
  if (git) await runProcess('git', ['init', '--quiet', folder.join('checkout')], { env })
  const context = createTestContext({
    ...{ root: folder.join('checkout'), prefix: folder.join('prefix'), home: folder.join('home'), env, columns: 200 },
    userPath: onPath ? folder.join('prefix/env/current/bin') : '',
  })
  return { code: await runSetup(context), commands: context.commands, ...context.written }
}

describe('mochi setup', () => {
  test('installs the git hooks, says how to get the tools on PATH, and names the next command', async () => {
    await using folder = await createInstalledCheckout({}, { lefthook: LEFTHOOK })
    const { code, stdout, stderr } = await setup(folder)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toContain('git hooks     installed\n')
    expect(stdout).toMatch(
      /\n {2}eval "\$\(\.\/mochi env\)" [^]*\n {2}\.\/mochi toolchain profile add [^]*\nNext: \.\/mochi test\n/,
    )
  })

  test('ends with the very lines that status ends with', async () => {
    await using folder = await createInstalledCheckout({}, { lefthook: LEFTHOOK })
    const { stdout } = await setup(folder)
    const place = { root: folder.join('checkout'), prefix: folder.join('prefix'), home: folder.join('home') }
    const context = createTestContext({ ...place, env: { MOCHI_PREFIX: place.prefix }, userPath: '', columns: 200 })
    await runStatus(context, { json: false })
    const ending = (text: string): string => text.slice(text.indexOf('\n\n'))
    expect(ending(stdout)).toBe(ending(context.written.stdout))
  })

  test('run again installs nothing', async () => {
    await using folder = await createInstalledCheckout({}, { lefthook: LEFTHOOK })
    await setup(folder)
    const { commands } = await setup(folder)
    expect(commands.filter((command) => command.includes('lefthook'))).toEqual([])
  })

  test('says nothing of PATH where the tools are on it', async () => {
    await using folder = await createInstalledCheckout({}, { lefthook: LEFTHOOK })
    expect((await setup(folder, { onPath: true })).stdout).not.toContain('profile add')
  })

  test.each([
    ['outside of a git checkout', { git: false }],
    ['in CI', { env: { CI: 'true' } }],
  ])('installs no hooks %s', async (_name, options) => {
    await using folder = await createInstalledCheckout({}, { lefthook: LEFTHOOK })
    const { code, commands } = await setup(folder, options)
    expect(code).toBe(0)
    expect(commands.filter((command) => command.includes('lefthook'))).toEqual([])
  })

  test('does not fail when the hooks cannot be installed, but says why', async () => {
    await using folder = await createInstalledCheckout(
      {},
      { lefthook: '#!/bin/sh\necho "no space left" >&2\nexit 1\n' },
    )
    const { code, stdout, stderr } = await setup(folder)
    expect(code).toBe(0)
    expect(stderr).toContain('The git hooks could not be installed; everything else works.\nno space left\n')
    expect(stdout).toContain('git hooks     not installed\n')
  })

  test('says how to keep a hook of the user’s own, which lefthook puts aside', async () => {
    await using folder = await createInstalledCheckout({}, { lefthook: LEFTHOOK })
    await folder.write({ 'checkout/.git/hooks/pre-commit': '#!/bin/sh\n' }, { mode: 0o755 })
    const { code, stderr } = await setup(folder)
    expect(code).toBe(0)
    expect(stderr).toBe(
      'warning: Your own hook is now .git/hooks/pre-commit.old and no longer runs; to keep it: ' +
        "echo 'pre-commit: {jobs: [{name: mine, run: .git/hooks/pre-commit.old}]}' >>lefthook-local.yml\n",
    )
  })

  test('installs no hooks where core.hooksPath leads git elsewhere, and says what to do instead', async () => {
    await using folder = await createInstalledCheckout({}, { lefthook: LEFTHOOK })
    const config = {
      GIT_CONFIG_COUNT: '1',
      GIT_CONFIG_KEY_0: 'core.hooksPath',
      GIT_CONFIG_VALUE_0: folder.join('hooks'),
    }
    const { code, stdout, stderr, commands } = await setup(folder, { env: config })
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(commands.filter((command) => command.includes('lefthook'))).toEqual([])
    expect(stdout).toContain(
      'core.hooksPath leads git elsewhere: git config --unset core.hooksPath, then ./mochi setup',
    )
    expect(stdout).toContain('Next: ./mochi test\n')
  })

  test('does not fail when the registry did not answer, and says so', async () => {
    await using folder = await createInstalledCheckout({}, { lefthook: LEFTHOOK })
    await folder.write({ 'checkout/node_modules/.mochi-stamp': 'offline\n' })
    const { code, stdout } = await setup(folder)
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining('did not answer') as string })
  })

  test('fails when the dependencies are not there', async () => {
    await using folder = await createInstalledCheckout({}, { lefthook: LEFTHOOK })
    await folder.write({ 'checkout/toolchain/toolchain.lock': 'generation fedcba9876543210\n' })
    expect((await setup(folder)).code).toBe(1)
  })
})
