import { join, relative } from 'node:path'
import type { Context } from '../context.ts'
import { findNamed } from './npmrc.ts'
import { readText, userNpmrc } from './user-npmrc.ts'

/** The registry that npm and pnpm ask, and what says so; without an address, that which npm has of its own. */
export type ShellRegistry = { readonly address: string | undefined; readonly origin: string }

type ShellContext = Pick<Context, 'env' | 'home' | 'root' | 'cwd'>

/** What npm and pnpm ask where the user called us from, without us in between. */
export async function findShellRegistry(context: ShellContext): Promise<ShellRegistry> {
  const variable = findVariable(context.env)
  if (variable !== undefined) return { address: variable, origin: 'the variable npm_config_registry' }
  const isInside = !relative(context.root, context.cwd).startsWith('..')
  const files = [...(isInside ? [join(context.root, '.npmrc')] : []), userNpmrc(context)]
  for (const file of files) {
    const address = findNamed(await readText(file).catch(() => ''))
    if (address !== undefined) return { address, origin: file }
  }
  return { address: undefined, origin: 'npm itself' }
}

/** As the shell has it: the launcher sets it for us, to our registry or to that of MOCHI_REGISTRY. */
function findVariable(env: Context['env']): string | undefined {
  const seen = env['MOCHI_UPSTREAM_REGISTRY'] ?? env['npm_config_registry'] ?? env['NPM_CONFIG_REGISTRY']
  return seen === '' || seen === env['MOCHI_REGISTRY'] ? undefined : seen
}
