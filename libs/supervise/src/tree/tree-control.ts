import { join } from 'node:path'
import { askOnSocket } from '../control/client.ts'
import type { AskOptions } from '../control/client.ts'
import { serveLines } from '../control/line-server.ts'
import { controlPath } from '../control/path.ts'
import { errors } from '../errors.ts'
import type { Tree, TreeEntry } from './tree.ts'

/**
 * What a tree can be asked. `add` and `remove` are answered when that has been done, `stop` when nothing runs any more;
 * `remove` removes the directories too, and with `endWhenEmpty` ends the tree that has no other service.
 */
export type TreeRequest =
  | { readonly do: 'status' | 'stop' }
  | { readonly do: 'add'; readonly names: readonly string[] }
  | { readonly do: 'remove'; readonly names: readonly string[]; readonly endWhenEmpty?: boolean }

export type TreeAnswer = {
  readonly pid: number
  readonly entries: readonly TreeEntry[]
  /** It is about to end, and takes nothing into its care any more. */
  readonly isStopping: boolean
}

/** The files of a tree below its `var` folder. */
export function treePaths(folder: string): {
  readonly lock: string
  readonly services: string
  readonly control: string
} {
  return {
    lock: join(folder, 'up.lock'),
    services: join(folder, 'service'),
    control: controlPath(join(folder, 'up')),
  }
}

/** Answers for a tree. `onStopped` is called once a stop that was asked for has been answered. */
export async function serveTree(path: string, tree: Tree, onStopped: () => void): Promise<AsyncDisposable> {
  return serveLines(path, async (line): Promise<TreeAnswer | Refusal> => {
    const request = parseTreeRequest(line)
    if (request === undefined) return { failed: 'the request is not understood' }
    if (request.do === 'add') await Promise.all(request.names.map((name) => tree.add(name)))
    if (request.do === 'remove') await Promise.all(request.names.map((name) => tree.remove(name)))
    if (request.do === 'stop' || (request.do === 'remove' && request.endWhenEmpty === true && tree.isEmpty)) {
      await tree.stop()
      setImmediate(onStopped)
    }
    return { pid: process.pid, entries: tree.entries, isStopping: tree.isStopping }
  })
}

type Refusal = { readonly failed: string }

/**
 * Asks the tree over a `var` folder. Throws SUPERVISE_NOT_RUNNING when there is none, SUPERVISE_REFUSED with its words when it
 * did not do it, and what `askOnSocket` throws.
 */
export async function askTree(folder: string, request: TreeRequest, options?: AskOptions): Promise<TreeAnswer> {
  const answer = (await askOnSocket(treePaths(folder).control, request, options)) as TreeAnswer | Refusal
  if ('failed' in answer) throw errors.SUPERVISE_REFUSED({ folder, words: answer.failed })
  return answer
}

/** A request out of a line; undefined when it is none. Names are those of folders, never paths. */
export function parseTreeRequest(line: string): TreeRequest | undefined {
  try {
    const value = JSON.parse(line) as { do?: unknown; names?: unknown; endWhenEmpty?: unknown }
    if (value.do === 'status' || value.do === 'stop') return { do: value.do }
    if (value.do !== 'add' && value.do !== 'remove') return undefined
    const { names } = value
    if (!Array.isArray(names)) return undefined
    const isName = (name: unknown): name is string => typeof name === 'string' && /^[a-z][a-z0-9-]*$/.test(name)
    if (!names.every(isName)) return undefined
    return value.do === 'add'
      ? { do: 'add', names }
      : { do: 'remove', names, endWhenEmpty: value.endWhenEmpty === true }
  } catch {
    return undefined
  }
}
