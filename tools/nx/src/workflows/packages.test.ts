import { copyFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createFolder, runProcess, workspaceRoot } from '@mochi/testing'
import type { Outcome } from '@mochi/testing'
import { expect, test } from 'vitest'

const LIST = '# Packages.\nbusybox   # a second sh\n\nchromium  # a browser\nzsh\n'

/** A machine where `id -u` says who runs the script, and apt-get writes down what it is told. */
const MACHINE = {
  id: 'echo "${MACHINE_USER:-0}"',
  'dpkg-query': 'case "$4" in zsh) echo install ok installed ;; *) exit 1 ;; esac',
  'apt-get':
    'echo "$*" >>"$LOG"; case " $* " in *" $MACHINE_LACKS "*) echo "Unable to locate $MACHINE_LACKS"; exit 100 ;; esac',
}

test('installs what is missing at once, and says nothing', async () => {
  const { outcome, told } = await runPackages({})

  expect(outcome).toMatchObject({ code: 0, stdout: '', stderr: '' })
  expect(told).toEqual(['update', 'install -y --no-install-recommends busybox chromium'])
})

test('a name that the system does not have keeps back no other, and is told', async () => {
  const { outcome, told } = await runPackages({ MACHINE_LACKS: 'chromium' })

  expect(outcome.code).toBe(0)
  expect(outcome.stderr).toBe('Unable to locate chromium\nwarning: apt-get could not install chromium\n')
  expect(told.slice(2)).toEqual([
    'install -y --no-install-recommends busybox',
    'install -y --no-install-recommends chromium',
  ])
})

test('lists that cannot be updated are told, and what is known already is installed', async () => {
  const { outcome, told } = await runPackages({ MACHINE_LACKS: 'update' })

  expect(outcome).toMatchObject({ code: 0, stderr: expect.stringContaining('could not update its lists') as string })
  expect(told.at(-1)).toContain('install')
})

test('does nothing for a user who may not, whose tests then name what they miss', async () => {
  const { outcome, told } = await runPackages({ MACHINE_USER: '1000' })

  expect(outcome).toMatchObject({ code: 0, stdout: '', stderr: '' })
  expect(told).toEqual([])
})

async function runPackages(machine: Record<string, string>): Promise<{ outcome: Outcome; told: string[] }> {
  await using folder = await createFolder()
  const scripts = Object.entries(MACHINE).map(([name, text]) => [`bin/${name}`, `#!/bin/sh\n${text}\n`])
  await folder.write(Object.fromEntries(scripts) as Record<string, string>, { mode: 0o755 })
  await folder.write({ '.ci/packages.txt': LIST, told: '' })
  await copyFile(join(workspaceRoot, '.ci/packages'), folder.join('.ci/packages'))
  const env = { PATH: `${folder.join('bin')}:/usr/bin:/bin`, LOG: folder.join('told'), MACHINE_LACKS: '-', ...machine }
  const outcome = await runProcess('sh', ['.ci/packages'], { cwd: folder.path, env })
  const { stdout } = await runProcess('cat', [folder.join('told')])
  return { outcome, told: stdout.split('\n').filter((line) => line !== '') }
}
