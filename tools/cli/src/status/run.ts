import { rooms } from '@mochi/names'
import type { StatusFlags } from '../commands/status.ts'
import type { Context } from '../context.ts'
import { isCi } from '../is-ci.ts'
import { paint } from '../output/color.ts'
import { writeJson } from '../output/json.ts'
import { spellCommands } from '../output/spell.ts'
import { formatTable } from '../output/table.ts'
import { wrapLines } from '../output/wrap.ts'
import { probeDependencies } from '../probe/dependencies.ts'
import type { DependenciesState } from '../probe/dependencies.ts'
import { probeLock } from '../probe/lock.ts'
import { probeHooks, UNSET_HOOKS_PATH } from '../probe/hooks.ts'
import type { HooksState } from '../probe/hooks.ts'
import { listProjects } from '../probe/projects.ts'
import { probeToolchain } from '../probe/toolchain.ts'
import { LOCK_MENDS, PUT_ON_PATH, bringBack, planNext } from './plan-next.ts'
import type { NextCommand, Standing } from './plan-next.ts'
import { formatRunning, readRunning } from './services.ts'

/** `mochi` and `mochi status`: where this checkout stands, and the next command. */
export async function runStatus(context: Context, flags: StatusFlags): Promise<undefined> {
  const standing = await findStanding(context)
  const next = planNext(standing)
  if (flags.json) {
    const running = await readRunning(context)
    const services = running.find(({ instance }) => instance === undefined)?.services ?? []
    const instances = running.filter(({ instance }) => instance !== undefined)
    writeJson(context.stdout, { root: context.root, ...standing, services, instances, next })
    return
  }
  // At once: what runs the services may have to be waited for, or not answer at all.
  context.stdout.write(formatStanding(context, standing))
  const running = await formatRunning(context, await readRunning(context))
  context.stdout.write(running + formatNext(context, next))
}

/** Everything that status and setup tell. */
export async function findStanding(context: Context): Promise<Standing> {
  const [toolchain, lock, dependencies, hooks, projects] = await Promise.all([
    probeToolchain(context),
    probeLock(context),
    probeDependencies(context),
    probeHooks(context),
    listProjects(context.root),
  ])
  return { toolchain, lock, dependencies, hooks, projects, ci: isCi(context.env) }
}

/** The table of a standing. */
export function formatStanding(context: Context, standing: Standing): string {
  const { root, stdout: output } = context
  const { toolchain, dependencies, hooks, projects } = standing
  const rows = [
    ['checkout', root],
    ['toolchain', describeToolchain(standing)],
    ...describeLock(standing),
    ['on PATH', describePath(toolchain)],
    ['dependencies', DEPENDENCIES[dependencies]],
    ['git hooks', HOOKS[hooks]],
    ['projects', describeProjects(projects)],
  ]
  return `${formatTable(
    rows.map(([name = '', text = '']) => [paint(output, 'bold', name), spellCommands(text, context)]),
    output.columns,
  )}\n`
}

const DEPENDENCIES: Readonly<Record<DependenciesState, string>> = {
  fresh: 'installed',
  offline: 'installed without the registry, which did not answer; ./mochi setup asks it again',
  stale: 'out of date: ./mochi setup',
  absent: 'not installed',
  unlocked: `pnpm-lock.yaml is not there: ${bringBack('pnpm-lock.yaml')}`,
}

const HOOKS: Readonly<Record<HooksState, string>> = {
  installed: 'installed',
  missing: 'not installed',
  elsewhere: `not installed, core.hooksPath leads git elsewhere: ${UNSET_HOOKS_PATH}, then ./mochi setup`,
  outside: 'no git checkout',
}

/** What ends status and setup: the next command, and before it how to put the tools on PATH, where they are not on it. */
export function formatNext(context: Context, { before, command, why }: NextCommand): string {
  const { columns } = context.stdout
  const next = `\nNext: ${paint(context.stdout, 'cyan', command)}\n      ${why}\n`
  const rows = PATH_ADVICE.map((row) => row.map((cell) => spellCommands(cell, context)))
  const advice = before === undefined ? '' : `\nTo put the tools on PATH:\n${formatTable(rows, columns)}\n`
  return advice + wrapLines(spellCommands(next, context), columns)
}

const PATH_ADVICE = [
  [`  ${PUT_ON_PATH}`, 'in this shell, now'],
  ['  ./mochi toolchain profile add', 'in every shell, for good'],
]

function describeToolchain({ toolchain: { wanted, installed } }: Standing): string {
  if (wanted === undefined) return 'toolchain/toolchain.lock cannot be read'
  return installed === undefined ? `generation ${wanted}, not installed` : `generation ${wanted} in ${installed.prefix}`
}

/** A row only where something is wrong, and nothing said so yet. */
function describeLock({ toolchain: { wanted }, lock }: Standing): readonly string[][] {
  if (lock.state === 'whole' || wanted === undefined) return []
  return [['toolchain.lock', `${lock.state}, ${lock.reason}: ${LOCK_MENDS[lock.state]}`]]
}

function describePath({ onPath, nodeOnPath }: Standing['toolchain']): string {
  if (onPath) return 'yes'
  return nodeOnPath === undefined ? 'no' : `no; node is ${nodeOnPath}`
}

function describeProjects(projects: Standing['projects']): string {
  const counts = rooms.map((room) => {
    const count = projects.filter((project) => project.room === room).length
    return `${count} ${count === 1 ? room.slice(0, -1) : room}`
  })
  const others = projects.filter(({ room }) => !rooms.some((known) => known === room)).map(({ name }) => name)
  return [...counts, ...others].join(', ')
}
