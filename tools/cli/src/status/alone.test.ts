import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import { createFolder, isolatedEnvironment, runProcess, workspaceRoot } from '@mochi/testing'
import type { Folder } from '@mochi/testing'
import { MEND_LOCK } from '@mochi/toolchain/lock-file'
import { describe, expect, test } from 'vitest'
import { EMPTY_LOCK, GENERATION } from '../testing/installed-checkout.ts'
import { createTestContext } from '../testing/test-context.ts'
import { bringBack, planNext } from './plan-next.ts'
import { findStanding } from './run.ts'

const NODE = `prefix/env/${GENERATION}/bin/node`
const TOOLS = 'checkout/toolchain/toolchain.lock'
const PNPM = 'checkout/pnpm-lock.yaml'
const STAMP = 'checkout/node_modules/.mochi-stamp'

/** Stands for what installs all that lacks: in CI nothing is started. */
const INSTALL = 'install'

type Files = Readonly<Record<string, string | undefined>>
const complete: Files = { [TOOLS]: EMPTY_LOCK, [PNPM]: '', [STAMP]: '', [NODE]: '' }

/** In which of the states tools/cli cannot run, what differs from a checkout in which all is there, and what comes next. */
const states: readonly (readonly [string, Files, string])[] = [
  ['nothing is installed', { [NODE]: undefined, [STAMP]: undefined }, INSTALL],
  ['the toolchain is not installed', { [NODE]: undefined }, INSTALL],
  ['the dependencies are not installed', { [STAMP]: undefined }, INSTALL],
  ['their installation did not end', { [STAMP]: undefined, 'checkout/node_modules/x/y': '' }, INSTALL],
  ['pnpm-lock.yaml is gone', { [PNPM]: undefined, [NODE]: undefined }, bringBack('pnpm-lock.yaml')],
  [
    'pnpm-lock.yaml and the dependencies are gone',
    { [PNPM]: undefined, [STAMP]: undefined },
    bringBack('pnpm-lock.yaml'),
  ],
  ['toolchain.lock is gone', { [TOOLS]: undefined }, MEND_LOCK],
  ['both lock files are gone', { [TOOLS]: undefined, [PNPM]: undefined }, MEND_LOCK],
  ['toolchain.lock has the marks of a merge', { [TOOLS]: `<<<<<<< HEAD\n${EMPTY_LOCK}` }, MEND_LOCK],
  [
    'toolchain.lock begins with another word',
    { [TOOLS]: EMPTY_LOCK.replace('generation', 'id'), [STAMP]: undefined },
    MEND_LOCK,
  ],
  [
    'toolchain.lock is not what its id says',
    { [TOOLS]: `${EMPTY_LOCK}script x sha256:0\n`, [STAMP]: undefined },
    MEND_LOCK,
  ],
]

describe.each([
  ['on a machine of a person', undefined, './mochi up'],
  ['where CI is turned off', 'false', './mochi up'],
  ['in CI', 'true', './mochi setup'],
])('%s', (_where, ci, install) => {
  test.each(states)('the launcher alone and status say the same next command when %s', async (_name, files, next) => {
    await using folder = await createCheckout({ ...complete, ...files })
    const env = isolatedEnvironment(folder.join('home'), { MOCHI_PREFIX: folder.join('prefix'), CI: ci })
    const { stdout } = await runProcess('./mochi', [], { cwd: folder.join('checkout'), env })
    const context = createTestContext({
      ...{ env, root: folder.join('checkout'), prefix: folder.join('prefix'), home: folder.join('home') },
      answer: () => undefined,
    })
    const told = { alone: /^next: {3}(.*)$/m.exec(stdout)?.[1], status: planNext(await findStanding(context)).command }
    const command = next === INSTALL ? install : next
    expect(told).toEqual({ alone: command, status: command })
  })
})

/** The launcher and the installer of this checkout, and of the files those that are text. */
async function createCheckout(files: Files): Promise<Folder> {
  const folder = await createFolder({ 'checkout/toolchain/toolchain.json': '{ "tools": {} }' })
  for (const name of ['mochi', 'toolchain/install', 'toolchain/lib'])
    await cp(join(workspaceRoot, name), folder.join('checkout', name), { recursive: true })
  const texts = Object.entries(files).flatMap(([name, text]) => (text === undefined ? [] : [[name, text] as const]))
  await folder.write(Object.fromEntries(texts), { mode: 0o755 })
  return folder
}
