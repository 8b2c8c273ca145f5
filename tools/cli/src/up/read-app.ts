import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** What the package.json of a service says under `mochi` about how it is run. */
export type AppSettings = {
  /** It starts only when it is named: a server that a laptop can do without. */
  readonly isAsked: boolean
  /** Node's own flags for its process, such as `--max-semi-space-size=1` where memory counts for more than speed. */
  readonly node: readonly string[]
}

/** A package.json that cannot be read says nothing: its service says what is wrong with it. */
export async function readApp(root: string, app: string): Promise<AppSettings> {
  const { up, node } = await readSettings(join(root, 'apps', app, 'package.json'))
  const flags: readonly unknown[] = Array.isArray(node) ? node : []
  return { isAsked: up === 'asked', node: flags.filter((flag) => typeof flag === 'string') }
}

async function readSettings(file: string): Promise<{ up?: unknown; node?: unknown }> {
  try {
    const manifest = JSON.parse(await readFile(file, 'utf8')) as { mochi?: object } | null
    return manifest?.mochi ?? {}
  } catch {
    return {}
  }
}

/** Those of the services that start only when they are named. */
export async function findAsked(root: string, services: readonly string[]): Promise<ReadonlySet<string>> {
  const settings = await Promise.all(services.map((app) => readApp(root, app)))
  return new Set(services.filter((_, index) => settings[index]?.isAsked))
}
