import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { commandPackages } from './command-packages.ts'
import { workspaceRoot } from './checkout.ts'

/** Packages that Debian marks essential, so that no machine is without them. */
const ESSENTIAL = ['bash', 'bsdutils', 'dash', 'tar', 'util-linux']

test('CI installs the package of every command that a test may require', async () => {
  const listed = (await readFile(join(workspaceRoot, '.ci/packages.txt'), 'utf8'))
    .split('\n')
    .map((line) => line.replace(/#.*/, '').trim())
  const forgotten = Object.entries(commandPackages).filter(
    ([, [debian]]) => !ESSENTIAL.includes(debian) && !listed.includes(debian),
  )
  expect(forgotten).toEqual([])
})
