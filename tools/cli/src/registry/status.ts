import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { formatOrigin, inspectServiceConfig } from '@mochi/config'
import { redact } from '@mochi/errors'
import type { JsonFlags } from '../commands/toolchain.ts'
import { readSchema } from '../config/read-schema.ts'
import type { Context } from '../context.ts'
import { writeJson } from '../output/json.ts'
import { spellCommands } from '../output/spell.ts'
import { formatTable } from '../output/table.ts'
import { checkoutOf, findLaunch } from '../up/launch.ts'
import { findUpPlace, serviceFolder } from '../up/place.ts'
import { findUplink } from './find-uplink.ts'
import { findPresence, isSameRegistry, ownRegistry } from './own-registry.ts'
import type { Presence } from './own-registry.ts'
import { findShellRegistry } from './shell-registry.ts'

/** Where what is not the company's comes from, and what says so. */
type Uplink = { readonly address: string; readonly origin: string }

export type RegistryStatus = {
  readonly registry: string
  readonly presence: Presence
  readonly uplink: Uplink | undefined
  /** Whether what `./mochi` runs uses it, as this command did. */
  readonly usedByMochi: boolean
  /** What npm and pnpm ask in this shell. */
  readonly shell: { readonly address: string | undefined; readonly origin: string; readonly uses: boolean }
}

/** `mochi registry status`: whether the registry of this platform answers, where its packages come from, and who uses it. */
export async function runRegistryStatus(context: Context, { json }: JsonFlags, own = ownRegistry): Promise<undefined> {
  const [presence, uplink, shell] = await Promise.all([
    findPresence(own),
    readUplink(context),
    findShellRegistry(context),
  ])
  const status: RegistryStatus = {
    ...{ registry: own, presence, uplink },
    usedByMochi: context.env['MOCHI_UPSTREAM_REGISTRY'] !== undefined,
    shell: {
      // It may have a password.
      address: shell.address === undefined ? undefined : redact(shell.address),
      origin: shell.origin,
      uses: isSameRegistry(shell.address ?? '', own),
    },
  }
  if (json) writeJson(context.stdout, status)
  else context.stdout.write(spellCommands(formatStatus(status, context.stdout.columns), context))
}

/** Pure. */
export function formatStatus(
  { registry, presence, uplink, usedByMochi, shell }: RegistryStatus,
  columns: number,
): string {
  const rows = [
    ['registry', `${registry} ${WORDS[presence.is]}${presence.is === 'away' ? ` (${presence.reason})` : ''}`],
    ['uplink', uplink === undefined ? 'none: what it holds is all there is' : `${uplink.address} (${uplink.origin})`],
    ['./mochi', usedByMochi ? 'uses it for what it runs' : 'does not use it'],
    ['npm, pnpm', shell.uses ? `use it (${shell.origin})` : formatOther(shell)],
  ]
  return `${formatTable(rows, columns)}\n${formatNext(presence, shell.uses)}`
}

function formatOther({ address, origin }: RegistryStatus['shell']): string {
  return address === undefined ? "use npm's own" : `use ${address} (${origin})`
}

const WORDS: Readonly<Record<Presence['is'], string>> = {
  here: 'answers',
  other: 'is another server',
  away: 'does not answer',
}

function formatNext({ is }: Presence, uses: boolean): string {
  if (is === 'here') return uses ? '' : 'next: ./mochi registry use points npm and pnpm at it.\n'
  return uses ? 'next: ./mochi up registry, or ./mochi registry unuse\n' : 'next: ./mochi up registry\n'
}

/** As the registry that runs was told, or as one would be that is started now. */
async function readUplink(context: Context): Promise<Uplink | undefined> {
  const place = findUpPlace(context, undefined)
  const spec = await findLaunch(place, 'registry')
  const told = await readFile(join(serviceFolder(place, 'registry'), 'env/REGISTRY_UPLINK'), 'utf8').catch(() => '')
  if (told.trim() !== '') return { address: told.trim(), origin: 'told by mochi up' }
  const configured = await readConfigured(context, spec === undefined ? undefined : checkoutOf(spec.folder))
  if (configured !== undefined || spec !== undefined) return configured
  const found = await findUplink(context).catch(() => undefined)
  return found === undefined ? undefined : { address: found.address, origin: found.origin }
}

/** Where the configuration names one: that of the checkout whose registry runs, or of this. */
async function readConfigured({ root, prefix, env }: Context, running?: string): Promise<Uplink | undefined> {
  const schema = await readSchema(running ?? root, 'registry').catch(() => undefined)
  if (schema === undefined) return undefined
  const environment = running === undefined ? env : {}
  const sources = { schema, name: 'registry', root: running ?? root, prefix, environment }
  const { value, origin } = (await inspectServiceConfig(sources)).keys.find(({ key }) => key === 'uplink') ?? {}
  if (typeof value !== 'string' || origin === undefined) return undefined
  return { address: value, origin: formatOrigin(origin) }
}
