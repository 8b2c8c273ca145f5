import { randomBytes } from 'node:crypto'
import { appendFile, mkdir, rename, rm, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import type { Place, RollbackReport } from './api.ts'
import { errors } from './errors.ts'
import { readCurrent, readHistory } from './installed.ts'
import { readGenerations } from './prefix.ts'
import type { Activation } from './installed.ts'

/**
 * Leads `env/current` by one rename to the generation `to`, in the first prefix that holds it; without `to`, back to the
 * generation that was active before the current one and is still installed, in the first prefix that has a current one. A
 * second call without `to` goes on backwards in time. Errors: TOOLCHAIN_NO_PREVIOUS, TOOLCHAIN_GENERATION_UNKNOWN.
 */
export async function rollback(options: Place & { now: () => Date; to?: string | undefined }): Promise<RollbackReport> {
  const standing = await Promise.all(options.prefixes.map(readStanding))
  const { prefix, from, to } = options.to === undefined ? choosePrevious(standing) : chooseNamed(standing, options.to)
  if (to !== from) await activate(prefix, { to, root: options.root, now: options.now() })
  return { prefix, from, to }
}

/** What a prefix holds, the generation that was activated last at the end. */
type Standing = { prefix: string; current: string | undefined; installed: string[]; history: Activation[] }

async function readStanding(prefix: string): Promise<Standing> {
  const [current, names, history] = await Promise.all([
    readCurrent(prefix),
    readGenerations(prefix),
    readHistory(prefix),
  ])
  const lastUse = (id: string): number => history.findLastIndex(({ generation }) => generation === id)
  const installed = names.toSorted((left, right) => lastUse(left) - lastUse(right))
  return { prefix, current, installed, history }
}

function chooseNamed(standing: readonly Standing[], to: string): RollbackReport {
  const found = standing.find(({ installed }) => installed.includes(to))
  if (found !== undefined) return { prefix: found.prefix, from: found.current, to }
  throw errors.TOOLCHAIN_GENERATION_UNKNOWN({ wanted: to, installed: standing.flatMap(({ installed }) => installed) })
}

function choosePrevious(standing: readonly Standing[]): RollbackReport {
  const found = standing.find(({ current }) => current !== undefined)
  const from = found?.current
  const to = found === undefined || from === undefined ? undefined : findPrevious(found.history, from, found.installed)
  if (found !== undefined && to !== undefined) return { prefix: found.prefix, from, to }
  const prefix = found?.prefix ?? standing.map((at) => at.prefix).join(', ')
  const others = standing.flatMap(({ installed }) => installed).filter((id) => id !== from)
  throw errors.TOOLCHAIN_NO_PREVIOUS({ prefix, current: from, others })
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
