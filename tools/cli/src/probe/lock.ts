import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { LocatedFault } from '@mochi/config'
import { isMochiError } from '@mochi/errors'
import { readLock } from '@mochi/toolchain/lock-file'
import type { Lock } from '@mochi/toolchain'
import type { Context } from '../context.ts'

/**
 * `damaged`: toolchain.lock cannot be read as a lock, or its id is not that of its content. `behind`: toolchain.json asks
 * for what the lock does not hold. `unasked`: toolchain.json is not there, or `faulty`, so that nothing tells what the lock
 * should hold. `mochi toolchain check` looks at more than this.
 */
export type LockState = { state: 'whole' } | { state: 'damaged' | 'behind' | 'unasked' | 'faulty'; reason: string }

/** Reads two files of the checkout, and starts no process. */
export async function probeLock({ root }: Pick<Context, 'root'>): Promise<LockState> {
  try {
    const lock = await readLock(join(root, 'toolchain/toolchain.lock'))
    const wanted = join(root, 'toolchain/toolchain.json')
    const reasons = compareVersions(await readWantedVersions(wanted), lock)
    if (reasons.length === 0) return { state: 'whole' }
    return (await findFault(wanted)) ?? { state: 'behind', reason: reasons.join(', ') }
  } catch (error) {
    if (!isMochiError(error)) throw error
    const faults = error.facts['faults']
    return { state: 'damaged', reason: Array.isArray(faults) ? `line ${String(faults[0])}` : 'it cannot be read' }
  }
}

/** Tool and version, without the schema, which takes longer to load than all of status. Nothing where it is no JSON. */
async function readWantedVersions(file: string): Promise<ReadonlyMap<string, string>> {
  const text = await readFile(file, 'utf8').catch(() => '')
  try {
    const { tools } = JSON.parse(text) as { tools: Record<string, { version: string }> }
    return new Map(Object.entries(tools).map(([name, { version }]) => [name, version]))
  } catch {
    return new Map()
  }
}

/** What the schema says of a toolchain.json that does not ask for what is locked. */
async function findFault(file: string): Promise<LockState | undefined> {
  const { readWanted } = await import('@mochi/toolchain')
  try {
    await readWanted(file)
    return undefined
  } catch (error) {
    if (!isMochiError(error)) throw error
    const [fault] = (error.facts['faults'] ?? []) as readonly LocatedFault[]
    if (error.code === 'TOOLCHAIN_WANTED_ABSENT') return { state: 'unasked', reason: 'toolchain.json is not there' }
    const place = fault === undefined ? 'it cannot be read' : `line ${fault.line}: expected ${fault.expected}`
    return { state: 'faulty', reason: `toolchain.json, ${place}` }
  }
}

function compareVersions(wanted: ReadonlyMap<string, string>, { artifacts }: Lock): readonly string[] {
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
