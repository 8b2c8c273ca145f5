import { readFile, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { runProcess } from '@mochi/testing'
import type { Outcome } from '@mochi/testing'
import { createInstaller, sampleTools } from './installer.ts'
import type { Installer, Tool } from './installer.ts'
import { packageMembers, packTarball } from './tarball.ts'

/** A tool of one command, which is this sh script. */
export function scriptTool(name: string, script: string): Tool {
  return { name, tarball: packTarball(packageMembers({ [name]: `#!/bin/sh\n${script}\n` })), links: { [name]: name } }
}

const SHOWN = [
  'npm_config_registry',
  'pnpm_config_registry',
  'NODE_USE_SYSTEM_CA',
  'NODE_USE_ENV_PROXY',
  'no_proxy',
  'NODE_COMPILE_CACHE',
  'MOCHI_COMMAND',
  'pnpm_config_fetch_retry_mintimeout',
]

/**
 * A node that shows how it was called, and a pnpm that writes down its calls and takes the registry that it is told. Files
 * in the home folder make it fail: `fail`, with these words; `lacks`, without a network; `behind`, until it may write the
 * lock file. `told` is what it says of its other settings.
 */
export function fakeTools(): [Tool, ...Tool[]] {
  const show = SHOWN.map((name) => `echo "${name}=\${${name}-}"`).join('\n')
  const node = `echo "node called with: $*"\necho "in $PWD"\n${show}`
  const pnpm = [
    'case "$*" in *"config get registry") echo "$pnpm_config_registry"; exit ;; esac',
    'case "$*" in *"config get "*) if [ -f "$HOME/told" ]; then cat "$HOME/told"; else echo undefined; fi; exit ;; esac',
    'wait=${pnpm_config_fetch_retry_mintimeout-}',
    'echo "pnpm $*${wait:+ (retries after $wait)}" >>"$HOME/calls"; echo "pnpm says this"',
    'if [ -f "$HOME/fail" ]; then cat "$HOME/fail"; exit 7; fi',
    'case "$*" in *" --offline"*) if [ -f "$HOME/lacks" ]; then cat "$HOME/lacks"; exit 1; fi ;; esac',
    'if [ ! -f "$HOME/behind" ]; then exit; fi',
    'case "$*" in *" --frozen-lockfile"*) cat "$HOME/behind"; exit 1 ;; esac',
    'rm "$HOME/behind"; echo new >>"$2/pnpm-lock.yaml"',
  ].join('\n')
  return [scriptTool('node', node), scriptTool('pnpm', pnpm), ...sampleTools()]
}

/** A checkout with the real launcher, and the environment to call it in. */
export type Launcher = AsyncDisposable & {
  installer: Installer
  mochi: (
    args: readonly string[],
    options?: { env?: Record<string, string | undefined>; cwd?: string },
  ) => Promise<Outcome>
  calls: () => Promise<string>
}

export async function createLauncher(tools: readonly Tool[] = fakeTools()): Promise<Launcher> {
  const installer = await createInstaller()
  await installer.writeLock(tools)
  return {
    installer,
    mochi: (args, { env, cwd } = {}) =>
      runProcess(cwd === undefined ? './mochi' : join(installer.checkout, 'mochi'), args, {
        cwd: cwd ?? installer.checkout,
        env: { ...installer.env, ...env },
      }),
    calls: () => readFile(join(installer.home, 'calls'), 'utf8').catch(() => ''),
    [Symbol.asyncDispose]: () => installer[Symbol.asyncDispose](),
  }
}

/** So that a lock file is newer without anybody waiting for a clock's tick. */
export async function makeNewer(file: string, seconds: number): Promise<void> {
  const at = Date.now() / 1000 + seconds
  await utimes(file, at, at)
}
