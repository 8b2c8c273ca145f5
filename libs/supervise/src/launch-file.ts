import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { errors } from './errors.ts'
import { Reader } from './json-reader.ts'
import { defaultPatience } from './launch-spec.ts'
import type { LaunchSpec, Limits, Patience } from './launch-spec.ts'
import { SOCKET_NAMES } from './sockets.ts'
import type { SocketAddresses } from './sockets.ts'

/** The file of a service directory that says what its launcher runs. */
export const LAUNCH_FILE = 'launch.json'

/** Reads `launch.json` of a service directory. Throws SUPERVISE_LAUNCH_FILE with every fault. */
export async function readLaunchFile(folder: string): Promise<LaunchSpec> {
  const file = join(folder, LAUNCH_FILE)
  const bytes = await readFile(file).catch((cause: unknown) => {
    throw errors.SUPERVISE_LAUNCH_FILE({ file, faults: [(cause as Error).message] }, { cause })
  })
  const { spec, faults } = parseLaunch(bytes.toString())
  if (spec === undefined) throw errors.SUPERVISE_LAUNCH_FILE({ file, faults })
  return spec
}

/** `launch.json` of a spec: what stands in it is what `parseLaunch` gives back. */
export function formatLaunch(spec: LaunchSpec): string {
  return `${JSON.stringify(spec, undefined, 2)}\n`
}

type Parsed = { readonly spec?: LaunchSpec; readonly faults: readonly string[] }

/**
 * A launcher is one file without dependencies, so this is checked by hand: each part is taken by a function that notes
 * what is wrong with it.
 */
export function parseLaunch(text: string): Parsed {
  const faults: string[] = []
  const take = new Reader(jsonOf(text, faults), faults)
  const spec: LaunchSpec = {
    name: take.text('name'),
    command: take.command('command'),
    folder: take.text('folder'),
    sockets: socketsOf(take.part('sockets')),
    ...(take.has('scheme') && { scheme: take.oneOf('scheme', ['http', 'https'] as const) }),
    ready: take.oneOf('ready', ['message', 'health', 'running'] as const),
    patience: patienceOf(take.part('patience')),
    limits: limitsOf(take.part('limits')),
    ...userOf(take),
  }
  take.refuseOthers()
  return faults.length === 0 ? { spec, faults } : { faults }
}

function jsonOf(text: string, faults: string[]): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    faults.push(`is no JSON: ${(error as Error).message}`)
    return undefined
  }
}

function socketsOf(take: Reader): SocketAddresses {
  const entries = SOCKET_NAMES.filter((name) => take.has(name)).map((name) => {
    const part = take.part(name)
    const address = { host: part.text('host'), port: part.required('port') }
    part.refuseOthers()
    return [name, address] as const
  })
  take.refuseOthers()
  return Object.fromEntries(entries)
}

function patienceOf(take: Reader): Patience {
  const keys = Object.keys(defaultPatience) as (keyof Patience)[]
  const given = keys.map((key) => [key, take.number(key) ?? defaultPatience[key]] as const)
  take.refuseOthers()
  return Object.fromEntries(given) as Patience
}

function limitsOf(take: Reader): Limits {
  const keys = ['openFiles', 'memory', 'cpu', 'core'] as const
  const given = keys.filter((key) => take.has(key)).map((key) => [key, take.number(key)] as const)
  take.refuseOthers()
  return Object.fromEntries(given)
}

function userOf(take: Reader): Pick<LaunchSpec, 'user'> {
  if (!take.has('user')) return {}
  const part = take.part('user')
  const user = { uid: part.required('uid'), gid: part.required('gid') }
  part.refuseOthers()
  return { user }
}
