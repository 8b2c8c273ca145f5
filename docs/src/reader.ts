import { constants } from 'node:fs'
import { cp } from 'node:fs/promises'
import { createCheckout, type Checkout } from '@mochi/testing'
import type { Page } from './page.ts'

/** Somebody who has just cloned the repository: a checkout, an empty home, a prefix, and the tools of the system only. */
export type Reader = AsyncDisposable & {
  readonly checkout: Checkout
  /** What each of the reader's terminals starts with. */
  readonly env: Readonly<Record<string, string | undefined>>
  /** Where the reader's tools are or will be. */
  readonly prefix: string
}

/** Has cloned the repository and run nothing. */
export async function createNewcomer(): Promise<Reader> {
  const checkout = await createCheckout()
  const prefix = checkout.join('../prefix')
  // No Node and no npm but what ./mochi installs: a missing step of a page must not be hidden by the machine.
  const env = { ...checkout.env, PATH: '/usr/bin:/bin', MOCHI_PREFIX: prefix }
  return { checkout, env, prefix, [Symbol.asyncDispose]: () => checkout[Symbol.asyncDispose]() }
}

/** Has run `./mochi setup`, with the tools copied from a reader who has downloaded them. */
export async function createReader(from: Reader): Promise<Reader> {
  const reader = await createNewcomer()
  await cp(from.prefix, reader.prefix, { recursive: true, verbatimSymlinks: true, mode: constants.COPYFILE_FICLONE })
  await setUp(reader)
  return reader
}

export async function setUp({ checkout, env }: Reader): Promise<void> {
  const { code, stdout, stderr } = await checkout.run('./mochi', ['setup'], { env })
  if (code !== 0) throw new Error(`./mochi setup ended with ${String(code)}:\n${stdout}${stderr}`)
}

/** A page that shows the setup begins before it. */
export function beginsAtClone(page: Page): boolean {
  return page.steps.some(({ command }) => command === './mochi setup')
}
