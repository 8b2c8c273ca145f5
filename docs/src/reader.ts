import { existsSync, readdirSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { isMochiError } from '@mochi/errors'
import { askTree } from '@mochi/supervise'
import { createCheckout, linkSystem, type Checkout } from '@mochi/testing'

/** Somebody who has just cloned the repository: a checkout, an empty home, a prefix, and the tools of the system only. */
export type Reader = AsyncDisposable & {
  readonly checkout: Checkout
  readonly prefix: string
  /** What each of the reader's terminals starts with. */
  readonly env: Readonly<Record<string, string | undefined>>
}

/** Has cloned the repository and run nothing. */
export async function createNewcomer(): Promise<Reader> {
  const checkout = await createCheckout()
  const system = checkout.join('../system')
  // A step that a page forgets must not be made good by a Node that this machine happens to have.
  await linkSystem(system)
  const prefix = checkout.join('../prefix')
  const dispose = async (): Promise<void> => {
    await stopServices(prefix)
    await checkout[Symbol.asyncDispose]()
  }
  return {
    checkout,
    prefix,
    // The registry has one port on every machine: here it gets a free one, beside that of who runs the tests.
    env: { ...checkout.env, PATH: system, MOCHI_PREFIX: prefix, REGISTRY_PORT: '0' },
    [Symbol.asyncDispose]: dispose,
  }
}

/** Ends what `./mochi up` has started and a page that failed did not come to end: services outlive everybody. */
async function stopServices(prefix: string): Promise<void> {
  const instances = join(prefix, 'var/instances')
  const names = existsSync(instances) ? readdirSync(instances) : []
  for (const folder of [join(prefix, 'var'), ...names.map((name) => join(instances, name))]) {
    await askTree(folder, { do: 'stop' }).catch((error: unknown) => {
      if (!isMochiError(error) || error.code !== 'SUPERVISE_NOT_RUNNING') throw error
    })
  }
}

/** Brings the files of the checkout back to what was cloned, and no service runs; what is installed, and the caches, stay. */
export async function restore({ checkout, prefix }: Reader): Promise<void> {
  await stopServices(prefix)
  const git = async (...args: string[]) => {
    const { code, stdout, stderr } = await checkout.run('git', args)
    if (code !== 0) throw new Error(`git ${args.join(' ')} ended with ${String(code)}: ${stderr}`)
    return stdout.split('\0').filter((name) => name !== '')
  }
  // A new project goes as a whole, with what is installed in it: git leaves ignored files where they are.
  const added = await git('ls-files', '-z', '--others', '--exclude-standard', '--directory')
  await Promise.all(added.map((name) => rm(checkout.join(name), { recursive: true })))
  await git('switch', '--quiet', '--force', 'main')
}
