import type { JsonFlags } from '../commands/toolchain.ts'
import type { Context } from '../context.ts'
import { writeJson } from '../output/json.ts'
import { changeNpmrc } from './change-npmrc.ts'
import { unuseRegistry } from './npmrc.ts'
import { ownRegistry } from './own-registry.ts'
import { recall, remember, userNpmrc } from './user-npmrc.ts'

/**
 * `mochi registry unuse`: what stood in the user's `.npmrc` stands there again, whether the registry answers or not. Throws
 * CLI_REGISTRY_NPMRC.
 */
export async function runRegistryUnuse(context: Context, { json }: JsonFlags, own = ownRegistry): Promise<undefined> {
  const file = userNpmrc(context)
  const before = await recall(context, file)
  const changed = await changeNpmrc(file, (text) => Promise.resolve(unuseRegistry(text, own, before)))
  if (before.length > 0) await remember(context, file, [])
  if (json) writeJson(context.stdout, { registry: own, file, changed })
  else context.stdout.write(changed ? `${file} ${wordsFor(before)}.\n` : `${file} does not name ${own}.\n`)
}

function wordsFor(before: readonly string[]): string {
  return before.length === 0 ? 'names no registry any more' : 'names the registry again that it named before'
}
