import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { JsonFlags } from '../commands/toolchain.ts'
import type { RegistryTokenFlags } from '../commands/registry-token.ts'
import type { Context } from '../context.ts'
import { errors as cliErrors } from '../errors.ts'
import { writeJson } from '../output/json.ts'
import { formatTable } from '../output/table.ts'
import { findAppFolder } from '../up/launch.ts'
import { findUpPlace, serviceFolder } from '../up/place.ts'
import { errors } from './explain-errors.ts'

/** As apps/registry's program prints it. */
type Token = {
  readonly id: string
  readonly name: string
  readonly group: string
  readonly scope?: string
  readonly created: string
  readonly expires: string
  readonly text?: string
}

type Answer = {
  readonly tokens?: readonly Token[]
  readonly revoked?: boolean
  readonly error?: { readonly code: string; readonly message: string }
}

const SERVICE = 'registry'

/**
 * `mochi registry token create`: makes a token and prints it alone, this once. Throws CLI_REGISTRY_TOKEN, and CLI_COMMAND_FAILED where the registry's program
 * does not run.
 */
export async function runTokenCreate(context: Context, flags: RegistryTokenFlags): Promise<undefined> {
  const { name, group, scope, expires, json } = flags
  const given = { name, group, scope, expires }
  const args = Object.entries(given).flatMap(([key, value]) => (value === undefined ? [] : [`--${key}=${value}`]))
  const { tokens: [token] = [] } = await ask(context, 'create', args)
  if (token === undefined) throw errors.CLI_REGISTRY_TOKEN({ detail: 'No token was made.' })
  if (json) {
    writeJson(context.stdout, token)
    return
  }
  context.stdout.write(`${token.text ?? ''}\n`)
  const where = token.scope === undefined ? '' : ` to ${token.scope}`
  context.stderr.write(
    `Shown this once. ${token.id}: ${token.group}${where}, as ${token.name}, until ${token.expires}.\n`,
  )
}

/** `mochi registry token list`: the tokens that are good, without what lets anybody in. */
export async function runTokenList(context: Context, { json }: JsonFlags): Promise<undefined> {
  const { tokens = [] } = await ask(context, 'list', [])
  if (json) writeJson(context.stdout, { tokens })
  else if (tokens.length === 0) context.stdout.write('The registry has no tokens.\n')
  else {
    const rows = tokens.map(({ id, name, group, scope = 'all', expires }) => [id, name, group, scope, expires])
    context.stdout.write(
      `${formatTable([['id', 'name', 'group', 'scope', 'until'], ...rows], context.stdout.columns)}\n`,
    )
  }
}

/** `mochi registry token revoke`: nobody is let in by it any more. Throws CLI_REGISTRY_TOKEN_UNKNOWN. */
export async function runTokenRevoke(context: Context, { json }: JsonFlags, id: string): Promise<undefined> {
  const { revoked } = await ask(context, 'revoke', ['--', id])
  if (revoked !== true) throw errors.CLI_REGISTRY_TOKEN_UNKNOWN({ id })
  if (json) writeJson(context.stdout, { revoked: id })
  else context.stdout.write(`Nobody is let in by ${id} any more.\n`)
}

/** Runs the program of the registry that this platform runs, with what that was told; else that of this checkout. */
async function ask(context: Context, command: string, args: readonly string[]): Promise<Answer> {
  const place = findUpPlace(context, undefined)
  const app = (await findAppFolder(place, SERVICE)) ?? join(context.root, 'apps', SERVICE)
  const env = { ...context.env, MOCHI_PREFIX: context.prefix, ...(await readTold(serviceFolder(place, SERVICE))) }
  const program = join(app, 'src/programs/token.ts')
  const { code, stdout, stderr } = await context.run(process.execPath, [program, command, ...args], { cwd: app, env })
  const answer = parse(stdout)
  if (answer.error !== undefined) throw errors.CLI_REGISTRY_TOKEN({ detail: answer.error.message })
  if (code !== 0) throw cliErrors.CLI_COMMAND_FAILED({ command: `node ${program}`, code, output: stderr.trim() })
  return answer
}

/** The variables of a service's directory: a file each, as runit and daemontools have it. */
async function readTold(folder: string): Promise<Record<string, string>> {
  const names = await readdir(join(folder, 'env')).catch(() => [])
  const read = names.map(async (name) => [name, (await readFile(join(folder, 'env', name), 'utf8')).trimEnd()] as const)
  return Object.fromEntries(await Promise.all(read))
}

function parse(stdout: string): Answer {
  try {
    return JSON.parse(stdout) as Answer
  } catch {
    return {}
  }
}
