import { randomBytes } from 'node:crypto'
import { appendFile, mkdir, rename, rm, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import type { Place, RollbackReport } from './api.ts'
import { errors } from './errors.ts'
import { readCurrent, readGenerations, readHistory } from './installed.ts'
import type { Activation } from './installed.ts'

/**
 * Leads `env/current` back to the generation that was active before it and is still installed, by one rename, in the
 * first prefix that has a current generation. A second call goes on backwards in time. Error: TOOLCHAIN_NO_PREVIOUS.
 */
export async function rollback(options: Place & { now: () => Date }): Promise<RollbackReport> {
  for (const prefix of options.prefixes) {
    const from = await readCurrent(prefix)
    if (from === undefined) continue
    const [history, installed] = await Promise.all([readHistory(prefix), readGenerations(prefix)])
    const to = findPrevious(history, from, installed)
    if (to === undefined) throw errors.TOOLCHAIN_NO_PREVIOUS({ prefix, current: from })
    await activate(prefix, { to, root: options.root, now: options.now() })
    return { prefix, from, to }
  }
  throw errors.TOOLCHAIN_NO_PREVIOUS({ prefix: options.prefixes.join(', '), current: undefined })
}

/**
 * The generation before the current one. The history is a stack of what was activated: an activation of a generation
 * that stands in it already goes back to there, so that a rollback is not what the next one goes back to. Pure.
 */
export function findPrevious(
  history: readonly Activation[],
  current: string,
  installed: readonly string[],
): string | undefined {
  const stack: string[] = []
  for (const { generation } of history) {
    const known = stack.indexOf(generation)
    if (known !== -1) stack.splice(known + 1)
    else stack.push(generation)
  }
  const at = stack.lastIndexOf(current)
  return stack.slice(0, at === -1 ? stack.length : at).findLast((generation) => installed.includes(generation))
}

/** The link is made aside and renamed over the old one: at no moment is there none. */
async function activate(prefix: string, { to, root, now }: { to: string; root: string; now: Date }): Promise<void> {
  const work = join(prefix, 'tmp', `${process.pid}-${randomBytes(4).toString('hex')}`)
  try {
    await mkdir(work, { recursive: true })
    await symlink(to, join(work, 'current'))
    await mkdir(join(prefix, 'var/toolchain'), { recursive: true })
    const time = `${now.toISOString().slice(0, 19)}Z`
    await appendFile(join(prefix, 'var/toolchain/history'), `${time} ${to} ${root}\n`)
    await rename(join(work, 'current'), join(prefix, 'env/current'))
  } finally {
    await rm(work, { recursive: true, force: true })
  }
}
