import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'

const LOCK = resolve(import.meta.dirname, '../../../toolchain/toolchain.lock')

/**
 * Refuses to run Nx on another Node than the pinned one: sources run without a build, so another Node fails later and
 * in stranger ways.
 */
export function requirePinnedNode(found = process.version, lock = readFileSync(LOCK, 'utf8')): void {
  const wanted = /^artifact node (\S+) /m.exec(lock)?.[1]
  if (wanted === undefined || found === `v${wanted}`) return
  const command = process.argv.slice(2).join(' ')
  throw new Error(
    `This workspace runs on Node ${wanted}, and this is Node ${found.slice(1)} (${process.execPath}).\n` +
      `Run instead: ./mochi exec -- npx nx ${command}\n` +
      `Or put the pinned tools on PATH: eval "$(./mochi env)"`,
  )
}
