import type { JsonFlags } from '../commands/toolchain.ts'
import type { Context } from '../context.ts'
import { writeJson } from '../output/json.ts'
import { spellCommands } from '../output/spell.ts'
import { changeNpmrc } from './change-npmrc.ts'
import { errors } from './errors.ts'
import { findNamed, useRegistry } from './npmrc.ts'
import { findPresence, isSameRegistry, ownRegistry } from './own-registry.ts'
import { findShellRegistry } from './shell-registry.ts'
import { remember, userNpmrc } from './user-npmrc.ts'

/**
 * `mochi registry use`: from now on npm and pnpm ask the registry of this platform wherever this user calls them. Throws
 * CLI_REGISTRY_AWAY and CLI_REGISTRY_OTHER, before anything is changed, and CLI_REGISTRY_NPMRC.
 */
export async function runRegistryUse(context: Context, { json }: JsonFlags, own = ownRegistry): Promise<undefined> {
  const presence = await findPresence(own)
  if (presence.is === 'away') throw errors.CLI_REGISTRY_AWAY({ url: own, reason: presence.reason })
  if (presence.is === 'other') throw errors.CLI_REGISTRY_OTHER({ url: own })
  const file = userNpmrc(context)
  const changed = await changeNpmrc(file, async (text) => {
    if (isSameRegistry(findNamed(text) ?? '', own)) return text
    const used = useRegistry(text, own)
    await remember(context, file, used.before)
    return used.text
  })
  const { address, origin } = await findShellRegistry(context)
  const rival = isSameRegistry(address ?? '', own) ? undefined : origin
  if (json) writeJson(context.stdout, { registry: own, file, changed, overruledBy: rival ?? null })
  else context.stdout.write(spellCommands(formatUse({ own, file, changed }), context))
  if (rival !== undefined)
    context.stderr.write(`warning: here ${rival} names another registry, and counts before ${file}.\n`)
}

function formatUse({ own, file, changed }: { own: string; file: string; changed: boolean }): string {
  const since = changed ? 'From now on' : 'As before,'
  return `${since} npm and pnpm ask ${own}: so says ${file}.\nnext: ./mochi registry unuse takes it back.\n`
}
