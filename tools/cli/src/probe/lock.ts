import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isMochiError } from '@mochi/errors'
import { readLock } from '@mochi/toolchain/lock-file'
import type { Lock } from '@mochi/toolchain'
import type { Context } from '../context.ts'

/**
 * `damaged`: toolchain.lock cannot be read as a lock, or its id is not that of its content. `behind`: toolchain.json asks
 * for what the lock does not hold. `mochi toolchain check` looks at more than this.
 */
export type LockState = { state: 'whole' } | { state: 'damaged' | 'behind'; reason: string }

/** Reads two files of the checkout, and starts no process. */
export async function probeLock({ root }: Pick<Context, 'root'>): Promise<LockState> {
  try {
    const lock = await readLock(join(root, 'toolchain/toolchain.lock'))
    const reasons = compareVersions(await readWantedVersions(root), lock)
    return reasons.length === 0 ? { state: 'whole' } : { state: 'behind', reason: reasons.join(', ') }
  } catch (error) {
    if (!isMochiError(error)) throw error
    const faults = error.facts['faults']
    return { state: 'damaged', reason: Array.isArray(faults) ? `line ${String(faults[0])}` : 'it cannot be read' }
  }
}

/** Tool and version, without the schema, which takes longer to load than all of status. Nothing where it is no JSON. */
async function readWantedVersions(root: string): Promise<ReadonlyMap<string, string> | undefined> {
  const text = await readFile(join(root, 'toolchain/toolchain.json'), 'utf8').catch(() => '')
  try {
    const { tools } = JSON.parse(text) as { tools: Record<string, { version: string }> }
    return new Map(Object.entries(tools).map(([name, { version }]) => [name, version]))
  } catch {
    return undefined
  }
}

function compareVersions(wanted: ReadonlyMap<string, string> | undefined, { artifacts }: Lock): readonly string[] {
  if (wanted === undefined) return ['toolchain.json cannot be read']
  const locked = new Map(artifacts.map(({ tool, version }) => [tool, version]))
  const lacking = [...wanted].flatMap(([tool, version]) => {
    const found = locked.get(tool)
    return found === version ? [] : [`${tool} ${version} is wanted and ${found ?? 'none'} is locked`]
  })
  const surplus = [...locked.keys()]
    .filter((tool) => !wanted.has(tool))
    .map((tool) => `${tool} is locked and not wanted`)
  return [...lacking, ...surplus]
}
