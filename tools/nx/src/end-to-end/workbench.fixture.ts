import { createCheckout, createFolder, linkSystem, startProcess } from '@mochi/testing'
import type { Checkout, Environment, Outcome, TestProcess } from '@mochi/testing'

/** A checkout with its dependencies, in which no other Node, npm, npx or pnpm than the pinned ones can be found. */
export type Workbench = AsyncDisposable & {
  readonly checkout: Checkout
  readonly env: Environment
  /** Runs a command line, its words separated by spaces, as a user would type it in the checkout's root. */
  run(line: string, extra?: Environment): Promise<Outcome>
  start(line: string, extra?: Environment): TestProcess
  /** What differs from the last commit, as git says it. */
  changes(): Promise<string>
  commit(): Promise<void>
}

export async function createWorkbench(options: { install?: boolean; source?: string } = {}): Promise<Workbench> {
  const folder = await createFolder()
  try {
    const checkout = await createCheckout({ install: true, ...options })
    await linkSystem(folder.join('bin'))
    const [tools] = (checkout.env['PATH'] ?? '').split(':')
    const env = { ...checkout.env, PATH: `${tools ?? ''}:${folder.join('bin')}` }
    return {
      ...openBench(checkout, env),
      [Symbol.asyncDispose]: async () => {
        await checkout[Symbol.asyncDispose]()
        await folder[Symbol.asyncDispose]()
      },
    }
  } catch (error) {
    await folder[Symbol.asyncDispose]()
    throw error
  }
}

function openBench(checkout: Checkout, env: Environment): Omit<Workbench, typeof Symbol.asyncDispose> {
  const run = (line: string, extra: Environment = {}): Promise<Outcome> => {
    const [command = '', ...args] = line.split(' ')
    return checkout.run(command, args, { env: { ...env, ...extra } })
  }
  return {
    checkout,
    env,
    run,
    start: (line, extra = {}) => {
      const [command = '', ...args] = line.split(' ')
      return startProcess(command, args, { cwd: checkout.path, env: { ...env, ...extra } })
    },
    changes: async () => (await run('git status --short --untracked-files=all')).stdout,
    commit: async () => {
      await run('git add --all')
      await run('git commit --quiet --no-verify --message Step')
    },
  }
}
