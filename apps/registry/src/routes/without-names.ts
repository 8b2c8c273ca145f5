/** What npm writes of a project is nested as deep as its node_modules. */
const DEEPEST = 500

class TooDeep extends Error {}

/**
 * A JSON object without what is named: members by their key or by a text in it, and texts in lists. Undefined when it is nested
 * deeper than anybody means.
 */
export function withoutNames(value: object, isNamed: (text: string) => boolean): object | undefined {
  try {
    return strip(value, isNamed, 0) as object
  } catch (error) {
    if (error instanceof TooDeep) return undefined
    throw error
  }
}

function strip(value: unknown, isNamed: (text: string) => boolean, depth: number): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (depth > DEEPEST) throw new TooDeep()
  const isKept = (part: unknown): boolean => typeof part !== 'string' || !isNamed(part)
  const next = (part: unknown): unknown => strip(part, isNamed, depth + 1)
  if (Array.isArray(value)) return value.filter(isKept).map(next)
  const kept = Object.entries(value).filter(([key, member]) => !isNamed(key) && isKept(member))
  return Object.fromEntries(kept.map(([key, member]) => [key, next(member)]))
}
