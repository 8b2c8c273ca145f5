/** A package, and the packages that it needs. */
type Needing = { readonly name: string; readonly needs: readonly string[] }

/**
 * Every package after those that it needs, and otherwise by name: the same order on every machine. Where they need each other
 * in a circle, which `mochi check` refuses, they stand by name. Pure.
 */
export function sortByNeeds<T extends Needing>(packages: readonly T[]): readonly T[] {
  const left = new Map([...packages].sort((a, b) => (a.name < b.name ? -1 : 1)).map((each) => [each.name, each]))
  const sorted: T[] = []
  while (left.size > 0) {
    const next = [...left.values()]
    const free = next.find(({ needs }) => !needs.some((need) => left.has(need))) ?? next[0]
    if (free === undefined) break
    left.delete(free.name)
    sorted.push(free)
  }
  return sorted
}
