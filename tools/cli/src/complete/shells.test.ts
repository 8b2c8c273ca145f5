import { createReadStream } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { createFolder, isolatedEnvironment, requireCommand, runProcess, startProcess } from '@mochi/testing'
import type { ProcessOptions, TestProcess } from '@mochi/testing'
import { describe, expect, test } from 'vitest'

const main = join(import.meta.dirname, '../main.ts')

/**
 * Stands for `mochi` on a user's PATH: completion is the real one, and a command that is called prints its words. Targets
 * are fixed, because those of the workspace depend on whether Nx has run in it.
 */
const COMMAND = `#!/bin/sh
for last; do :; done
case $1-$last in
  __complete-hello:*) printf 'hello:test\\tits tests\\nhello:typecheck\\tits types\\n' ;;
  __complete-* | completion-*) exec '${process.execPath}' '${main}' "$@" ;;
  *) printf CALLED; printf ' [%s]' "$@"; echo ;;
esac
`

async function createCommand() {
  const folder = await createFolder()
  await folder.write({ 'bin/mochi': COMMAND }, { mode: 0o755 })
  const path = `${folder.join('bin')}:/usr/local/bin:/usr/bin:/bin`
  return { folder, env: isolatedEnvironment(folder.path, { PATH: path, TERM: 'dumb' }) }
}

/**
 * An interactive shell at a terminal of its own. It has a session of its own too: what ends it with its test is that its
 * terminal goes away with `script`, whose group is killed.
 */
function startShell(shell: string, options: ProcessOptions): TestProcess {
  return startProcess('script', ['-qec', shell, '/dev/null'], options)
}

/** Types lines into an interactive shell at a terminal of its own: the words that each line calls `mochi` with. */
async function typeInto(shell: string, load: string, lines: readonly string[]): Promise<string[]> {
  const { folder, env } = await createCommand()
  await using _folder = folder
  await using running = startShell(shell, { env, cwd: folder.path, input: [load, ...lines, 'exit', ''].join('\n') })
  const { stdout } = await running.ended
  return stdout.split(/\r*\n/).flatMap((line) => /CALLED (.*)$/.exec(line)?.[1] ?? [])
}

/** What is typed, Tab included, and what is called. */
const typed: readonly [string, string][] = [
  ['mochi toolch\t', '[toolchain]'],
  ['mochi toolchain rollb\t', '[toolchain] [rollback]'],
  ['mochi toolchain lock --upd\t', '[toolchain] [lock] [--update]'],
  ['mochi toolchain bundle --platform linux-a\t', '[toolchain] [bundle] [--platform] [linux-arm64]'],
  ['mochi explain CLI_UNKNOWN_C\t', '[explain] [CLI_UNKNOWN_CODE]'],
  // No blank after a colon, so that a target can follow.
  ['mochi why errors\tx', '[why] [errors:x]'],
  ['mochi why hello:tes\t', '[why] [hello:test]'],
  // Two are possible: what they share, and no guess.
  ['mochi why hello:\t', '[why] [hello:t]'],
]
const lines = typed.map(([line]) => line)
const calls = typed.map(([, call]) => call)

describe.runIf(requireCommand('script', 'zsh'))('A shell of these tests', () => {
  test('ends with its test, and all that it runs with it', async () => {
    const { folder, env } = await createCommand()
    await using _folder = folder
    await runProcess('mkfifo', [folder.join('alive')])
    // Ends when nobody holds the other end any more.
    const everyoneGone = text(createReadStream(folder.join('alive')))
    {
      const input = "exec 9>alive; echo rea''dy; sleep 600\n"
      await using shell = startShell('zsh -f -i', { env, cwd: folder.path, input })
      await shell.waitFor('ready')
    }
    expect(await everyoneGone).toBe('')
  })
})

describe.runIf(requireCommand('script', 'bash'))('bash', () => {
  test('completes commands, flags and values at a Tab', async () => {
    expect(await typeInto('bash --norc -i', 'eval "$(mochi completion bash)"', lines)).toEqual(calls)
  }, 120_000)
})

describe.runIf(requireCommand('script', 'zsh'))('zsh', () => {
  test('completes commands, flags and values at a Tab', async () => {
    const load = 'autoload -Uz compinit; compinit -u -d ~/dump; eval "$(mochi completion zsh)"'
    expect(await typeInto('zsh -f -i', load, lines)).toEqual(calls)
  }, 120_000)
})

describe.runIf(requireCommand('fish'))('fish', () => {
  test.each([
    ['mochi toolch', ['toolchain']],
    ['mochi toolchain lock --upd', ['--update']],
    ['mochi toolchain bundle --platform linux-', ['linux-arm64', 'linux-x64']],
    ['mochi explain CLI_UNKNOWN_C', ['CLI_UNKNOWN_CODE']],
    ['mochi why erro', ['errors:']],
    ['mochi why hello:t', ['hello:test', 'hello:typecheck']],
  ])(
    'proposes for "%s": %j',
    async (typedLine, words) => {
      const { folder, env } = await createCommand()
      await using _folder = folder
      const script = `mochi completion fish | source; complete -C '${typedLine}'`
      const { stdout, stderr } = await runProcess('fish', ['--no-config', '-c', script], { env })
      const proposed = stdout.split('\n').filter((line) => line !== '')
      expect({ stderr, words: proposed.map((line) => line.split('\t')[0]) }).toEqual({ stderr: '', words })
    },
    60_000,
  )
})
