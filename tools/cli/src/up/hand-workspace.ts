import { variableName } from '@mochi/config'
import type { InspectedKey } from '@mochi/config'
import type { Context } from '../context.ts'

/** The checkout, for a service whose configuration has a key `workspace` that nobody set: its lock files are there. */
export function handWorkspace(
  { root }: Pick<Context, 'root'>,
  app: string,
  keys: readonly InspectedKey[],
): Record<string, string> {
  const isWanted = keys.some(({ key, origin }) => key === 'workspace' && origin === undefined)
  return isWanted ? { [variableName(app, 'workspace')]: root } : {}
}
