import { join } from 'node:path'
import { readPnpmLock, splitId } from '@mochi/toolchain/pnpm-lock'
import type { JsonFlags } from '../commands/toolchain.ts'
import type { Context } from '../context.ts'
import { writeJson } from '../output/json.ts'
import { spellCommands } from '../output/spell.ts'
import { formatTable } from '../output/table.ts'
import { askExplanation } from './ask-explanation.ts'
import { findRegistryToAsk } from './ask-registry.ts'
import type { AskRegistry } from './ask-registry.ts'
import { ownRegistry } from './own-registry.ts'

const FILE = 'pnpm-lock.yaml'
/** Packages at a time: the registry may have to fetch each. */
const AT_ONCE = 16
/** Characters that the registry takes of what it is asked about (apps/registry, `GET /-/mochi/explain/NAME`). */
const LONGEST = 256
const OR = ' || '

export type RefusedVersion = { readonly id: string; readonly rule: string; readonly reason: string }

/**
 * `mochi registry check`: holds the versions that pnpm-lock.yaml names to the policy of the registry; what cannot be decided is refused. 1 when one is.
 * Throws CLI_REGISTRY_AWAY, CLI_REGISTRY_OTHER and TOOLCHAIN_PNPM_LOCK_UNREADABLE.
 */
export async function runRegistryCheck(context: Context, { json }: JsonFlags, own = ownRegistry): Promise<number> {
  const lock = await readPnpmLock(join(context.root, FILE))
  const locked = [...lock.packages.keys()].map(splitId)
  const ask = await findRegistryToAsk(own)
  const names = Map.groupBy(locked, ({ name }) => name)
  if (context.stderr.isTTY) context.stderr.write(`Asking ${own} about ${names.size} packages …\n`)
  const refused: RefusedVersion[] = []
  const queue = names.entries()
  const work = async (): Promise<void> => {
    for (const [name, ids] of queue)
      refused.push(
        ...(await findRefused(
          ask,
          name,
          ids.map(({ version }) => version),
        )),
      )
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  refused.sort((first, second) => (first.id < second.id ? -1 : 1))
  if (json) writeJson(context.stdout, { file: FILE, versions: locked.length, refused })
  else context.stdout.write(spellCommands(format(locked.length, refused, context.stdout.columns), context))
  return refused.length === 0 ? 0 : 1
}

async function findRefused(ask: AskRegistry, name: string, versions: readonly string[]): Promise<RefusedVersion[]> {
  const numbers = versions.filter((version) => /^\d/.test(version))
  const others = versions.filter((version) => !numbers.includes(version))
  const elsewhere = others.map((version) => undecided(name, version, 'it does not come from a registry'))
  const refused = []
  for (const asked of splitQuery(numbers)) refused.push(...(await judge(ask, name, asked)))
  return [...elsewhere, ...refused]
}

/** As many versions at a time as the registry takes. */
function splitQuery(versions: readonly string[]): string[][] {
  const parts: string[][] = []
  for (const version of versions) {
    const last = parts.at(-1)
    if (last !== undefined && [...last, version].join(OR).length <= LONGEST) last.push(version)
    else parts.push([version])
  }
  return parts
}

async function judge(ask: AskRegistry, name: string, versions: readonly string[]): Promise<RefusedVersion[]> {
  const answer = await askExplanation(ask, name, versions.join(OR))
  if (answer.is === 'refused') {
    // The company's own packages have no policy.
    if (answer.code === 'REGISTRY_OWN_PACKAGE') return []
    return versions.map((version) => undecided(name, version, answer.error))
  }
  const verdicts = new Map(answer.explanation.versions.map((verdict) => [verdict.version, verdict]))
  return versions.flatMap((version) => {
    const verdict = verdicts.get(version)
    if (verdict === undefined) return [undecided(name, version, 'upstream does not have it')]
    const { allowed, rule = '', reason = '' } = verdict
    return allowed ? [] : [{ id: `${name}@${version}`, rule, reason }]
  })
}

function undecided(name: string, version: string, reason: string): RefusedVersion {
  return { id: `${name}@${version}`, rule: 'undecided', reason }
}

function format(count: number, refused: readonly RefusedVersion[], columns: number): string {
  const [first] = refused
  if (first === undefined) return `The policy allows all ${count} versions in ${FILE}.\n`
  const rows = refused.map(({ id, rule, reason }) => [id, rule, reason])
  const head = `The policy refuses ${refused.length} of ${count} versions in ${FILE}:`
  return `${head}\n\n${formatTable(rows, columns)}\n\nnext: ./mochi registry explain ${splitId(first.id).name}\n`
}
