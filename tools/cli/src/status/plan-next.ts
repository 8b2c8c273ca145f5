import { MEND_LOCK } from '@mochi/toolchain/lock-file'
import { areUsable } from '../probe/dependencies.ts'
import type { DependenciesState } from '../probe/dependencies.ts'
import type { HooksState } from '../probe/hooks.ts'
import type { LockState } from '../probe/lock.ts'
import type { Project } from '../probe/projects.ts'
import type { ToolchainState } from '../probe/toolchain.ts'

export type Standing = {
  toolchain: ToolchainState
  lock: LockState
  dependencies: DependenciesState
  hooks: HooksState
  projects: readonly Project[]
  /** Whether this is a CI run, in which nobody commits and no shell stays. */
  ci: boolean
}

/** What puts the tools on PATH in this shell. */
export const PUT_ON_PATH = 'eval "$(./mochi env)"'

/** What brings back a file of the checkout, whichever folder of it one is in. */
export const bringBack = (file: string): string => `git checkout HEAD -- :/${file}`

/** What mends a toolchain.lock that is not as it should be; a faulty toolchain.json is shown with all that is wrong in it. */
export const LOCK_MENDS: Readonly<Record<Exclude<LockState['state'], 'whole'>, string>> = {
  damaged: MEND_LOCK,
  behind: './mochi toolchain lock',
  unasked: bringBack('toolchain/toolchain.json'),
  faulty: './mochi toolchain check',
}

/** The apps that the repository comes with. Who has no other has not made a service yet. */
const OWN = ['cache', 'git', 'hello', 'registry']

export type NextCommand = {
  command: string
  why: string
  /** What this shell lacks yet for the command: the line that puts the tools on PATH. */
  before?: typeof PUT_ON_PATH
}

/** The one command that helps most now. The order is that of the first hour: what a later step needs comes first. */
export function planNext(standing: Standing): NextCommand {
  const { toolchain, ci } = standing
  const mend = planMend(standing)
  if (mend !== undefined) return mend
  return { ...planWork(standing), ...(toolchain.onPath || ci ? {} : { before: PUT_ON_PATH }) }
}

/**
 * What must be mended before anything is worked on; undefined when everything stands. Where this program cannot run, for lack
 * of the toolchain or the dependencies, toolchain/lib/alone.sh says the same.
 */
function planMend({ toolchain, lock, dependencies, hooks, ci }: Standing): NextCommand | undefined {
  if (toolchain.wanted === undefined)
    return { command: MEND_LOCK, why: 'The lock names the tools; without it none is known.' }
  if (lock.state === 'damaged')
    return { command: LOCK_MENDS.damaged, why: 'The lock is not what `./mochi toolchain lock` wrote.' }
  if (dependencies === 'unlocked')
    return { command: bringBack('pnpm-lock.yaml'), why: 'It names the dependencies; without it none can be installed.' }
  if (toolchain.installed === undefined || dependencies === 'absent')
    return {
      command: ci ? './mochi setup' : './mochi up',
      why: `It installs the pinned toolchain, the dependencies and the git hooks${ci ? '' : ', and starts the services'}.`,
    }
  if (!areUsable(dependencies)) return { command: './mochi setup', why: 'It installs what pnpm-lock.yaml names.' }
  if (lock.state !== 'whole') return { command: LOCK_MENDS[lock.state], why: LOCK_REASONS[lock.state] }
  if (hooks === 'missing' && !ci)
    return {
      command: './mochi setup',
      why: 'It installs the git hooks, which check format and lint of what you commit.',
    }
  return undefined
}

const LOCK_REASONS = {
  unasked: 'It says which tools this checkout wants.',
  faulty: 'It shows what to mend in toolchain/toolchain.json.',
  behind: 'It writes into toolchain.lock what toolchain.json asks for.',
}

function planWork({ projects, ci }: Standing): NextCommand {
  if (!ci && !projects.some(({ room, name }) => room === 'apps' && !OWN.includes(name)))
    return { command: 'npx nx g service foo', why: 'It makes a service with a test; then: npx nx test foo.' }
  return { command: './mochi test', why: 'It checks and tests everything; what did not change comes from the cache.' }
}
