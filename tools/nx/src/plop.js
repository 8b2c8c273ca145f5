// What the plopfile is. No static import of TypeScript, which the wrong Node could not read before it is told that it is
// wrong; and plop shows what a plopfile throws with its stack and ends with 0, so a refusal ends the program here.
import { createRequire } from 'node:module'
import process from 'node:process'
import { requirePinnedNode } from './pinned-node.js'

/**
 * What `npx plop service NAME` and `npx plop lib NAME` do; the Nx generators run the same over Nx's tree.
 *
 * @param {import('node-plop').NodePlopAPI} plop
 */
export default function plopfile(plop) {
  orEnd(() => {
    requirePinnedNode('plop')
    /** @type {typeof import('./plopfile.ts')} */
    const { registerPlop } = createRequire(import.meta.url)('./plopfile.ts')
    registerPlop(plop, process.argv.slice(2))
  })
}

/** @param {() => void} run */
function orEnd(run) {
  try {
    run()
  } catch (error) {
    process.stderr.write(`error: ${error instanceof Error ? error.message : String(error)}\n`)
    process.exit(1)
  }
}
