// What Nx loads. No static import of TypeScript, which the wrong Node could not read before it is told that it is wrong.
import { createRequire } from 'node:module'
import { requirePinnedNode } from './pinned-node.js'

requirePinnedNode('nx')

/** @type {typeof import('./index.ts')} */
const plugin = createRequire(import.meta.url)('./index.ts')
export const { createNodes, name, postTasksExecution, preTasksExecution } = plugin
