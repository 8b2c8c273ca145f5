import { join } from 'node:path'
import { createCheckout } from '@mochi/testing'
import type { Checkout, Environment } from '@mochi/testing'
import { runTimed } from './time-command.ts'

/** A clone after `./mochi setup`. */
export type PreparedCheckout = AsyncDisposable & {
  readonly checkout: Checkout
  /** Before `eval "$(./mochi env)"`: no Node, npm or pnpm on PATH but those that a plain machine has there. */
  readonly bare: Environment
  /** After it. */
  readonly env: Environment
  /** The folder of the generation in the prefix. */
  readonly generation: string
}

const SYSTEM_PATH = '/usr/local/bin:/usr/bin:/bin'

/** The machine's pnpm store serves the packages; the toolchain comes from the registry. */
export async function createPreparedCheckout(): Promise<PreparedCheckout> {
  const checkout = await createCheckout()
  try {
    const bare = { ...checkout.env, PATH: SYSTEM_PATH, MOCHI_PREFIX: join(checkout.home, '.mochi') }
    runTimed([checkout.join('mochi'), 'setup'], { cwd: checkout.path, env: bare })
    const [id = ''] = runTimed([checkout.join('mochi'), 'toolchain', 'id'], {
      cwd: checkout.path,
      env: bare,
    }).output.split('\n')
    const generation = join(bare.MOCHI_PREFIX, 'env', id)
    return {
      checkout,
      bare,
      env: { ...bare, PATH: `${join(generation, 'bin')}:${SYSTEM_PATH}` },
      generation,
      [Symbol.asyncDispose]: () => checkout[Symbol.asyncDispose](),
    }
  } catch (error) {
    await checkout[Symbol.asyncDispose]()
    throw error
  }
}
