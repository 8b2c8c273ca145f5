import type { Context } from '../context.ts'
import { findMirrors } from './find-mirrors.ts'

/** Sources that are mirrored by the services that run. */
export async function proposeSources(context: Context, partial: string): Promise<string[]> {
  const services = await findMirrors(context).catch(() => [])
  const names = services.flatMap(({ status }) => status.sources.map(({ source }) => source))
  return names.filter((name) => name.startsWith(partial))
}
