import { access } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { ConfigSchema } from '@mochi/config'
import { findNearest } from '@mochi/names'
import { errors } from '../errors.ts'
import { listProjects } from '../probe/projects.ts'

/**
 * What a service of this checkout can be told: `configSchema` of its `src/config.ts`, which Node runs. CLI_UNKNOWN_SERVICE
 * where there is no such service, CLI_SERVICE_SCHEMA_UNREADABLE where its file gives no schema.
 */
export async function readSchema(root: string, name: string): Promise<ConfigSchema> {
  const services = await listServices(root)
  if (!services.includes(name)) {
    throw errors.CLI_UNKNOWN_SERVICE({ name, nearest: findNearest(name, services), command: 'config show' })
  }
  const file = `apps/${name}/src/config.ts`
  const { configSchema } = await load(root, file)
  if (!isSchema(configSchema))
    throw errors.CLI_SERVICE_SCHEMA_UNREADABLE({ file, reason: 'it exports no configSchema' })
  return configSchema
}

/** The services of a checkout, by their folders. */
export async function listServices(root: string): Promise<readonly string[]> {
  const projects = await listProjects(root)
  return projects.filter(({ room }) => room === 'apps').map(({ name }) => name)
}

async function load(root: string, file: string): Promise<{ configSchema?: unknown }> {
  const path = join(root, file)
  try {
    await access(path)
    return (await import(pathToFileURL(path).href)) as { configSchema?: unknown }
  } catch (cause) {
    throw errors.CLI_SERVICE_SCHEMA_UNREADABLE({ file, reason: (cause as Error).message }, { cause })
  }
}

function isSchema(value: unknown): value is ConfigSchema {
  return typeof value === 'object' && value !== null && 'properties' in value
}
