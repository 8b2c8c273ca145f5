import type { TLocalizedValidationError } from 'typebox/error'

/**
 * Leaves of a union's errors those that help. A value that is meant for one member hears what that member says of it: the
 * only one of the value's kind, or the only one whose fixed keys it has. Any other value hears what all members are.
 */
export function settleUnions(errors: readonly TLocalizedValidationError[]): TLocalizedValidationError[] {
  const unions = errors.filter(({ keyword }) => keyword === 'anyOf')
  const untold = new Set(unions.flatMap((union) => findUntold(union, errors)))
  return errors.filter((error) => !untold.has(error))
}

function findUntold(
  union: TLocalizedValidationError,
  errors: readonly TLocalizedValidationError[],
): TLocalizedValidationError[] {
  const members = `${union.schemaPath}/anyOf/`
  const inside = errors.filter(
    ({ schemaPath, instancePath }) =>
      schemaPath.startsWith(members) && `${instancePath}/`.startsWith(`${union.instancePath}/`),
  )
  const byMember = Map.groupBy(inside, ({ schemaPath }) => schemaPath.slice(members.length).split('/', 1)[0])
  const meant = findMeant(union.instancePath, [...byMember.values()])
  return meant === undefined ? inside : [union, ...inside.filter((error) => !meant.includes(error))]
}

/** The errors of the member that a value is meant for; `undefined` where that could be more than one, or is none. */
function findMeant(
  path: string,
  members: readonly TLocalizedValidationError[][],
): TLocalizedValidationError[] | undefined {
  const isKey = (instancePath: string) =>
    instancePath.startsWith(`${path}/`) && !instancePath.slice(path.length + 1).includes('/')
  const ofItsKind = members.filter(
    (errors) => !errors.some((at) => at.instancePath === path && ['type', 'const', 'enum'].includes(at.keyword)),
  )
  const withItsKeys = ofItsKind.filter(
    (errors) => !errors.some((at) => at.keyword === 'const' && isKey(at.instancePath)),
  )
  return [ofItsKind, withItsKeys].find(({ length }) => length === 1)?.[0]
}
