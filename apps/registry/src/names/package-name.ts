/** What npm takes, and took in its first years: upper case, and `!~*'()` in names without a scope. */
const PART = /^[A-Za-z0-9~!*'()_-][A-Za-z0-9._~!*'()-]*$/
const LENGTH = 214

/** True for the name of a package, `name` or `@scope/name`, as a registry may hold it; never one that leads out of a folder. */
export function isPackageName(name: string): boolean {
  if (name.length > LENGTH) return false
  if (!name.startsWith('@')) return isPart(name)
  const slash = name.indexOf('/')
  return slash !== -1 && isPart(name.slice(1, slash)) && isPart(name.slice(slash + 1))
}

function isPart(part: string): boolean {
  return PART.test(part) && part !== '__proto__'
}

/** `@scope` of `@scope/name`. */
export function scopeOf(name: string): string | undefined {
  return name.startsWith('@') ? name.slice(0, name.indexOf('/')) : undefined
}

/** `name` of `@scope/name`. */
export function unscoped(name: string): string {
  return name.slice(name.indexOf('/') + 1)
}

/** The name of a file for a package: no two packages share one, not even where upper and lower case are the same. */
export function fileNameOf(name: string): string {
  return name.replace(/[^a-z0-9._@~-]/g, (letter) => `%${letter.codePointAt(0)?.toString(16).padStart(2, '0') ?? ''}`)
}
