import { join } from 'node:path'
import { Type } from 'typebox'
import type { TSchema, TString } from 'typebox'
import { createGiven } from './given.ts'
import type { Given } from './given.ts'
import { flattenKeys } from './keys.ts'
import type { ObjectKey } from './keys.ts'

/** The keyword that marks a schema's part as the folder of a service's data. */
const MARK = 'mochiData'

/**
 * The folder in which a service keeps its data, which it makes when it is not there: `<prefix>/var/<name>`, unless it is told
 * another. `mochi up` gives each node and each instance one of its own. An absolute path.
 */
export function DataFolder(): TString {
  return Type.String({
    pattern: '^/',
    patternErrorMessage: 'an absolute path',
    description: 'The folder of its data',
    [MARK]: true,
  })
}

/** True for a part of a schema that `DataFolder()` made. */
export function isDataFolder(part: TSchema): boolean {
  return MARK in part
}

/** What a prefix says of data folders; it stands where defaults do. */
export function readDataFolders(
  root: ObjectKey,
  { prefix, name }: { prefix?: string | undefined; name: string },
): Given {
  const given = createGiven()
  if (prefix === undefined) return given
  for (const key of flattenKeys(root)) {
    if (key.kind === 'value' && isDataFolder(key.part))
      given.values.set(key.path, { value: join(prefix, 'var', name), origin: { kind: 'default' } })
  }
  return given
}
