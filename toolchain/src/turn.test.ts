import { mkdir, readdir, rm, utimes } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { requireCommand, runProcess, startProcess, workspaceRoot } from '@mochi/testing'
import { describe, expect, test } from 'vitest'
import { createLauncher } from './testing/launcher.ts'
import type { Launcher } from './testing/launcher.ts'
import { allShells, findProgram } from './testing/programs.ts'

/** Runs lines of sh that know the functions of the lock, and `$1`, which may be one. */
function runLines(lines: string, { lock = '/none/lock', shell = ['sh'] }: { lock?: string; shell?: string[] } = {}) {
  const [program = 'sh', ...flags] = shell
  const script = `if [ -n "\${ZSH_VERSION-}" ]; then emulate sh; fi; root=$0; . "$0/toolchain/lib/turn.sh"; turn=$1; name_self; ${lines}`
  return runProcess(findProgram(program), [...flags, '-c', script, workspaceRoot, lock])
}

/** Where process ids mean something, as the scripts name it. */
async function findScope(): Promise<string> {
  return (await runLines('printf %s "$scope"')).stdout
}

describe('a name in the way', () => {
  test.each([
    ['is of a process that is gone', '4194303.1@'],
    ['is of an earlier process whose id is in use again', '1.1@'],
    ['has the id of the launcher itself, from before', '$$.1@'],
    ['has no time', '1@'],
  ])('that %s is taken away', async (_what, name) => {
    await using launcher = await createLauncher()
    const { checkout, env } = launcher.installer
    await mkdir(join(checkout, 'node_modules'))
    const script = `: >"node_modules/.mochi-installing.${name}${await findScope()}"; exec ./mochi test`
    const outcome = await runProcess('sh', ['-c', script], { cwd: checkout, env })
    expect(outcome).toMatchObject({ code: 0, stderr: expect.not.stringContaining('another mochi') as string })
    expect(await readdir(join(checkout, 'node_modules'))).toEqual(['.mochi-stamp'])
  })

  /** A checkout with the name of a process of another host or container, written so long ago. */
  async function createShared(minutes: number): Promise<{ launcher: Launcher; file: string }> {
    const launcher = await createLauncher()
    const file = join(launcher.installer.checkout, 'node_modules/.mochi-installing.7.1@elsewhere')
    await launcher.installer.folder.write({ 'checkout/node_modules/.mochi-installing.7.1@elsewhere': '' })
    const at = Date.now() / 1000 - minutes * 60
    await utimes(file, at, at)
    return { launcher, file }
  }

  test('that another host or container wrote more than an hour ago is taken away', async () => {
    const { launcher, file } = await createShared(62)
    await using _ = launcher
    expect((await launcher.mochi(['test'])).code).toBe(0)
    expect(await readdir(dirname(file))).toEqual(['.mochi-stamp'])
  })

  test('that another host or container wrote lately is waited for, and left alone', async () => {
    const { launcher, file } = await createShared(30)
    await using _ = launcher
    const { checkout, env } = launcher.installer
    const waiting = startProcess(join(checkout, 'mochi'), ['test'], { cwd: checkout, env })
    await waiting.waitFor('another mochi (process 7) installs the dependencies here; waiting')
    expect(await readdir(dirname(file))).toContain(basename(file))
    await rm(file)
    expect(await waiting.ended).toMatchObject({ code: 0 })
  })
})

test('a program whose launcher lost the lock before it began does not begin', async () => {
  await using launcher = await createLauncher()
  const lock = launcher.installer.folder.join('home/lock')
  const kept = await runLines('printf "" >"$mine"; hold_turn_by echo it runs; rm "$mine"', { lock })
  expect(kept).toMatchObject({ code: 0, stdout: 'it runs\n' })
  const lost = await runLines('hold_turn_by echo it runs', { lock })
  expect(lost).toMatchObject({ code: 1, stdout: '' })
})

describe('when a process was started', () => {
  test.each(allShells().filter(({ available }) => available))('under $name', async ({ command }) => {
    const { stdout } = await runLines(
      'sleep 60 & echo "$(started $$) $(started $$) $(started $!)"; kill $!; wait $! 2>/dev/null; echo "$(started $!)"',
      { shell: [...command] },
    )
    expect(stdout).toMatch(/^(\d+) \1 \d+\n\n$/)
  })

  test.runIf(requireCommand('ps'))('is told by ps where there is no /proc', async () => {
    const { stdout } = await runLines(
      'echo "$(started_by_ps $$) $(TZ=Asia/Tokyo started_by_ps $$)$(started_by_ps 4194303)"',
    )
    expect(stdout).toMatch(/^(\w{15,}) \1\n$/)
  })
})
