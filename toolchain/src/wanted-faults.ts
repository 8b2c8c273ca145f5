import { entriesOf, getValue, itemsOf, quote } from '@mochi/config'
import type { DocumentNode, Entry, Fault } from '@mochi/config'

/** What keeps the schema of toolchain.json and still cannot be meant. Reads over whatever has another shape. */
export function findWantedFaults(root: DocumentNode): Fault[] {
  const tools = entriesOf(getValue(root, 'tools'))
  return [...sharedCommandFaults(tools), ...tools.flatMap(notKeptFaults)]
}

/** A command that two tools link: the second is to blame. */
function sharedCommandFaults(tools: readonly Entry[]): Fault[] {
  const owners = new Map<string, string>()
  return tools.flatMap((tool) =>
    entriesOf(getValue(tool.value, 'links')).flatMap(({ key, keyNode: { offset, length } }): Fault[] => {
      const owner = owners.get(key) ?? tool.key
      owners.set(key, owner)
      if (owner === tool.key) return []
      const found = `${quote(key)}, which ${quote(owner)} links`
      return [{ offset, length, expected: 'a command that no other tool links', found }]
    }),
  )
}

/** A linked file that is not unpacked. */
function notKeptFaults({ value }: Entry): Fault[] {
  const kept = itemsOf(getValue(value, 'keep')).map((item) => String(item.value))
  if (kept.length === 0) return []
  return entriesOf(getValue(value, 'links')).flatMap(({ value: { value: path, offset, length } }): Fault[] => {
    if (typeof path !== 'string' || kept.some((folder) => path === folder || path.startsWith(`${folder}/`))) return []
    const expected = `a path that "keep" unpacks, which is ${kept.map(quote).join(', ')}`
    return [{ offset, length, expected, found: quote(path) }]
  })
}
