import { symlink } from 'node:fs/promises'
import { createFolder } from '@mochi/testing'
import type { Folder } from '@mochi/testing'
import { formatLock } from '@mochi/toolchain'

/** A toolchain.lock that is whole and names no tool. */
export const EMPTY_LOCK: string = formatLock({ artifacts: [], contents: [], scripts: [] })

/** The id of its generation. */
export const GENERATION: string = idOf(EMPTY_LOCK)

/** The id on the first line of a lock. */
export function idOf(lock: string): string {
  return lock.slice('generation '.length, lock.indexOf('\n'))
}

/**
 * `checkout/` with that lock and its dependencies installed, and `prefix/` with its generation, which is current. `files` come
 * beside it, `programs` beside the generation's node, which is empty.
 */
export async function createInstalledCheckout(
  files: Readonly<Record<string, string>> = {},
  programs: Readonly<Record<string, string>> = {},
): Promise<Folder> {
  const folder = await createFolder({
    'checkout/toolchain/toolchain.lock': EMPTY_LOCK,
    'checkout/toolchain/toolchain.json': '{ "tools": {} }',
    'checkout/pnpm-lock.yaml': '',
    'checkout/node_modules/.mochi-stamp': '',
    'checkout/apps/foo/package.json': '{}',
    ...files,
  })
  const bin = Object.entries({ node: '', ...programs }).map(([name, text]) => [
    `prefix/env/${GENERATION}/bin/${name}`,
    text,
  ])
  await folder.write(Object.fromEntries(bin) as Record<string, string>, { mode: 0o755 })
  await symlink(GENERATION, folder.join('prefix/env/current'))
  return folder
}
