import type { DependenciesState } from '../probe/dependencies.ts'
import type { HooksState } from '../probe/hooks.ts'
import type { Project } from '../probe/projects.ts'
import type { ToolchainState } from '../probe/toolchain.ts'

export type Standing = {
  toolchain: ToolchainState
  dependencies: DependenciesState
  hooks: HooksState
  projects: readonly Project[]
  /** Whether this is a CI run, in which nobody commits and no shell stays. */
  ci: boolean
}

export type NextCommand = { command: string; why: string }

/** The one command that helps most now. The order is that of the first hour: what a later step needs comes first. */
export function planNext({ toolchain, dependencies, hooks, projects, ci }: Standing): NextCommand {
  if (toolchain.wanted === undefined)
    return {
      command: 'git restore toolchain/toolchain.lock',
      why: 'The lock names the tools; without it none is known.',
    }
  if (toolchain.installed === undefined)
    return { command: './mochi setup', why: 'It installs the pinned toolchain, the dependencies and the git hooks.' }
  if (dependencies !== 'fresh') return { command: './mochi setup', why: 'It installs what pnpm-lock.yaml names.' }
  if (hooks === 'missing' && !ci)
    return { command: './mochi setup', why: 'It installs the git hooks, which format and lint what you commit.' }
  if (!toolchain.onPath && !ci)
    return {
      command: 'eval "$(./mochi env)"',
      why: 'It puts the tools on PATH in this shell; ./mochi toolchain profile add does so for good.',
    }
  if (!projects.some(({ room }) => room === 'apps'))
    return { command: 'npx nx g service foo', why: 'It makes a service with a test; then: npx nx test foo.' }
  return { command: './mochi test', why: 'It checks and tests everything; what did not change comes from the cache.' }
}
