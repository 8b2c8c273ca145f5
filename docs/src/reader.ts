import { rm } from 'node:fs/promises'
import { createCheckout, linkSystem, type Checkout } from '@mochi/testing'

/** Somebody who has just cloned the repository: a checkout, an empty home, a prefix, and the tools of the system only. */
export type Reader = AsyncDisposable & {
  readonly checkout: Checkout
  /** What each of the reader's terminals starts with. */
  readonly env: Readonly<Record<string, string | undefined>>
}

/** Has cloned the repository and run nothing. */
export async function createNewcomer(): Promise<Reader> {
  const checkout = await createCheckout()
  const system = checkout.join('../system')
  // A step that a page forgets must not be made good by a Node that this machine happens to have.
  await linkSystem(system)
  const env = { ...checkout.env, PATH: system, MOCHI_PREFIX: checkout.join('../prefix') }
  return { checkout, env, [Symbol.asyncDispose]: () => checkout[Symbol.asyncDispose]() }
}

/** Brings the files of the checkout back to what was cloned; what is installed, and the caches, stay. */
export async function restore({ checkout }: Reader): Promise<void> {
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
