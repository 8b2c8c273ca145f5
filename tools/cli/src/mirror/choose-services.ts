import { errors } from '@mochi/mirror'
import type { MirrorService } from './find-mirrors.ts'

/** A service, and which of its sources are meant. */
export type Chosen = { readonly url: string; readonly query: URLSearchParams }

/** The services that have the sources that were named; all where none was. Throws MIRROR_NO_SOURCE. */
export function chooseServices(services: readonly MirrorService[], only: readonly string[]): Chosen[] {
  const names = services.flatMap(({ status }) => status.sources.map(({ source }) => source))
  const unknown = only.find((name) => !names.includes(name))
  if (unknown !== undefined) throw errors.MIRROR_NO_SOURCE({ name: unknown, names })
  return services.flatMap(({ url, status }) => {
    const meant = status.sources.map(({ source }) => source).filter((name) => only.length === 0 || only.includes(name))
    return meant.length === 0 ? [] : [{ url, query: new URLSearchParams(meant.map((name) => ['source', name])) }]
  })
}
