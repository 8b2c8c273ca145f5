import { runTimed, timeCommand } from '../time-command.ts'
import type { CommandOptions } from '../time-command.ts'

/** Where a service serves, and as which process. */
export type Served = { readonly url: string; readonly pid: number }

/** The commands of a person, as the milliseconds that each took, in a platform of its own. */
export type Platform = {
  readonly up: () => number
  readonly down: () => number
  readonly restart: () => number
  readonly status: () => number
  readonly find: () => Served
}

const INSTANCE = ['--instance', 'bench'] as const

/** `mochi` is the path of the launcher in the checkout whose services run. */
export function createPlatform(mochi: string, options: CommandOptions): Platform {
  const time = (command: string, ...args: readonly string[]) =>
    timeCommand([mochi, command, ...INSTANCE, ...args], options)
  return {
    up: () => time('up', '--detach'),
    down: () => time('down'),
    restart: () => time('restart', 'hello'),
    status: () => timeCommand([mochi, 'status'], options),
    find: () => parseHello(runTimed([mochi, 'up', ...INSTANCE, '--json'], options).stdout),
  }
}

/**
 * The hello in what `mochi up --json` prints. Throws where none serves, and where its process has no number of its own: 0
 * and what is below would be killed as a whole group, the benchmark with it.
 */
export function parseHello(json: string): Served {
  const { services } = JSON.parse(json) as { services: readonly (Partial<Served> & { name: string })[] }
  const { url, pid = 0 } = services.find(({ name }) => name === 'hello') ?? {}
  if (url === undefined || pid <= 1) throw new Error(`no hello that serves is among the services:\n${json}`)
  return { url, pid }
}
