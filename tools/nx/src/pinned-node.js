// Plain JavaScript of an old kind: it must run on the wrong Node to be able to say so.
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'

const LOCK = join(dirname(fileURLToPath(import.meta.url)), '../../../toolchain/toolchain.lock')

/**
 * Refuses to run Nx or plop on another Node than the pinned one: sources run without a build, so another Node fails later and in
 * stranger ways. Throws an error that says what was found, what is wanted, and the command to run instead.
 *
 * @param {'nx' | 'plop'} front
 * @param {{ version: string, execPath: string, argv: readonly string[] }} [running]
 * @param {string} [lock] the text of toolchain.lock
 */
export function requirePinnedNode(front, running = process, lock = readFileSync(LOCK, 'utf8')) {
  const wanted = /^artifact node (\S+) /m.exec(lock)?.[1]
  if (wanted === undefined || running.version === `v${wanted}`) return
  const command = ['./mochi', 'exec', '--', 'npx', front, ...running.argv.slice(2)].join(' ')
  throw new Error(
    `Expected Node ${wanted}, found Node ${running.version.slice(1)} (${running.execPath}).\n` +
      `  next:  ${command}\n` +
      `  or put the pinned tools on PATH: eval "$(./mochi env)"`,
  )
}
