import { join } from 'node:path'
import type { Context } from '../context.ts'
import { listInstances, namesIn } from '../up/list-instances.ts'
import type { ServiceRow } from '../up/read-services.ts'

/** The services that run in an instance, or outside of all. */
export type RunningServices = { readonly instance: string | undefined; readonly services: readonly ServiceRow[] }

/**
 * The services that run, of whichever checkout of this user: those outside of instances first. What asks for them is loaded
 * only where there are some: a status is the answer to who types `mochi` alone.
 */
export async function readRunning(context: Context): Promise<readonly RunningServices[]> {
  const folder = join(context.prefix, 'var')
  const wanted = listInstances(context.prefix).filter(
    (name) => namesIn(join(folder, name === undefined ? 'service' : `instances/${name}/service`)).length > 0,
  )
  if (wanted.length === 0) return []
  const [{ readServices }, { findUpPlace }] = await Promise.all([
    import('../up/read-services.ts'),
    import('../up/place.ts'),
  ])
  const found = wanted.map(async (instance) => ({
    instance,
    services: await readServices(context, findUpPlace(context, instance)),
  }))
  return (await Promise.all(found)).filter(({ services }) => services.length > 0)
}

/** The tables of what runs; nothing where nothing does. */
export async function formatRunning(context: Context, running: readonly RunningServices[]): Promise<string> {
  if (running.length === 0) return ''
  const { formatServices } = await import('../up/table.ts')
  const tables = running.map(({ instance, services }) => {
    const title = instance === undefined ? '' : `In the instance ${instance}:\n`
    return `\n${title}${formatServices(services, context)}`
  })
  return tables.join('')
}
