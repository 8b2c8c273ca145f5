import { join, relative, sep } from 'node:path'
import { isMochiError } from '@mochi/errors'
import { Launcher } from '@mochi/supervise'
import type { Change, ChildStreams } from '@mochi/supervise'
import { listServices } from '../config/read-schema.ts'
import type { Context } from '../context.ts'
import { errors } from '../errors.ts'
import { paint } from '../output/color.ts'
import { findUpPlace } from './place.ts'
import { planServices } from './plan-services.ts'
import { readServices } from './read-services.ts'
import { wantServices } from './want-services.ts'
import { watchSources } from './watch-sources.ts'

/**
 * `mochi serve NAME`: one service in this terminal, from its sources. A change starts the next process on the same socket,
 * and the old one drains when the next serves; where the change broke it the old one goes on. Ctrl-C drains and ends.
 */
export async function runServe(context: Context, _flags: unknown, given?: string): Promise<number> {
  const { root, env } = context
  const name = given ?? (await appOfFolder(context))
  const { wanted } = await wantServices(context, { names: [name], nodes: new Map() }, 'serve')
  const [planned] = planServices(wanted, {
    root,
    node: process.execPath,
    freePorts: false,
    var: findUpPlace(context, undefined).folder,
  })
  if (planned === undefined) return 1
  const { spec } = planned.directory
  const told = { ...env, ...wanted[0]?.env, MOCHI_ENDS_WITH_LAUNCHER: '1' }
  // Nobody comes after this one who would find what it left behind.
  using launcher = new Launcher({ spec, env: told, openStreams: inherited })
  // Who finds the port taken is told by whom.
  process.title = 'mochi serve'
  await open(context, launcher)
  const { promise: down, resolve } = Promise.withResolvers<number>()
  const state = { hasServed: false }
  launcher.subscribe((change) => {
    tell(context, name, change)
    if (change.what === 'ready') state.hasServed = true
    if (change.what === 'down') resolve(state.hasServed ? 0 : 1)
  })
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => launcher.stop())
  using _watching = watchSources([join(root, 'apps', name), join(root, 'libs')], {
    onChange: () => launcher.swap(),
    onTrouble: ({ message }) => say(context, `changes are not seen any more, restart it to see them: ${message}`),
  })
  launcher.start()
  return await down
}

/** Opens the sockets. Throws CLI_SERVICE_RUNS where a service of `mochi up` has one, and what `open` of the launcher throws. */
async function open(context: Context, launcher: Launcher): Promise<void> {
  try {
    launcher.open()
  } catch (cause) {
    if (!isMochiError(cause) || cause.code !== 'SUPERVISE_PORT_TAKEN') throw cause
    const { port } = cause.facts
    const rows = await readServices(context, findUpPlace(context, undefined)).catch(() => [])
    const holder = rows.find(({ url }) => url !== undefined && Number(new URL(url).port) === port)
    if (holder === undefined) throw cause
    throw errors.CLI_SERVICE_RUNS({ port: Number(port), name: holder.name, pid: holder.pid }, { cause })
  }
}

/** The app whose folder the user is in. Throws CLI_SERVICE_NOT_NAMED elsewhere. */
async function appOfFolder({ root, cwd }: Context): Promise<string> {
  const [room, name] = relative(root, cwd).split(sep)
  if (room === 'apps' && name !== undefined) return name
  throw errors.CLI_SERVICE_NOT_NAMED({ services: await listServices(root) })
}

function inherited(): ChildStreams {
  return { stdout: 1, stderr: 2, [Symbol.dispose]: () => undefined }
}

const WORDS: Partial<Record<Change['what'], string>> = {
  swapped: 'serves the change',
  'swap-failed': 'did not come to serve with the change; the one from before goes on',
  'ended-unasked': 'ended by itself',
  late: 'was not ready in time',
}

function tell(context: Context, name: string, { what, pid }: Change): void {
  const words = WORDS[what]
  if (words !== undefined) say(context, `${name}, process ${pid ?? '?'}: ${words}`)
}

function say({ stderr }: Context, words: string): void {
  stderr.write(`${paint(stderr, 'dim', words)}\n`)
}
