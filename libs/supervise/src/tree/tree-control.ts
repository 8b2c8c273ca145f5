import { join } from 'node:path'
import { tmpdir } from 'node:os'
import { askOnSocket } from '../control/client.ts'
import { serveLines } from '../control/line-server.ts'
import { controlPath } from '../control/path.ts'
import type { Tree, TreeEntry } from './tree.ts'

/** What a tree can be asked. `add` and `remove` are answered when that has been done; `stop` when nothing runs any more. */
export type TreeRequest =
  { readonly do: 'status' | 'stop' } | { readonly do: 'add' | 'remove'; readonly names: readonly string[] }

export type TreeAnswer = { readonly pid: number; readonly entries: readonly TreeEntry[] }

/** The files of a tree below its `var` folder. */
export function treePaths(folder: string): {
  readonly lock: string
  readonly services: string
  readonly control: string
} {
  const place = { temporary: tmpdir(), uid: process.getuid?.() ?? 0 }
  return {
    lock: join(folder, 'up.lock'),
    services: join(folder, 'service'),
    control: controlPath(join(folder, 'up'), place),
  }
}

/** Answers for a tree. `onStopped` is called once a stop that was asked for has been answered. */
export async function serveTree(path: string, tree: Tree, onStopped: () => void): Promise<AsyncDisposable> {
  const answer = (): TreeAnswer => ({ pid: process.pid, entries: tree.entries })
  return serveLines(path, async (line) => {
    const request = parseTreeRequest(line)
    if (request === undefined) return answer()
    if (request.do === 'add') await Promise.all(request.names.map((name) => tree.add(name)))
    if (request.do === 'remove') await Promise.all(request.names.map((name) => tree.remove(name)))
    if (request.do === 'stop') {
      await tree.stop()
      setImmediate(onStopped)
    }
    return answer()
  })
}

/** Asks the tree over a `var` folder. Throws SUPERVISE_NOT_RUNNING when there is none. */
export async function askTree(folder: string, request: TreeRequest): Promise<TreeAnswer> {
  return (await askOnSocket(treePaths(folder).control, request)) as TreeAnswer
}

/** A request out of a line; undefined when it is none. Names are those of folders, never paths. */
export function parseTreeRequest(line: string): TreeRequest | undefined {
  try {
    const value = JSON.parse(line) as { do?: unknown; names?: unknown }
    if (value.do === 'status' || value.do === 'stop') return { do: value.do }
    if (value.do !== 'add' && value.do !== 'remove') return undefined
    const { names } = value
    if (!Array.isArray(names)) return undefined
    const isName = (name: unknown): name is string => typeof name === 'string' && /^[a-z][a-z0-9-]*$/.test(name)
    return names.every(isName) ? { do: value.do, names } : undefined
  } catch {
    return undefined
  }
}
