/** Which file and plugin wrote a property, as Nx keeps it: `targets.test.options.command` → `[file, plugin]`. */
export type SourceMap = Readonly<Record<string, readonly (string | null)[]>>

/** Where a target comes from, and who has changed which of its properties since. */
export type TargetSources = {
  file: string
  plugin: string
  changes: readonly { file: string; properties: readonly string[] }[]
}

/**
 * Pure. A plugin that infers targets made it when any of its properties is from one; what others wrote over it, in
 * `package.json` or by `targetDefaults`, are changes.
 */
export function findSources(sourceMap: SourceMap, target: string): TargetSources {
  const start = `targets.${target}`
  const entries = Object.entries(sourceMap)
    .filter(([key]) => key === start || key.startsWith(`${start}.`))
    .map(([key, [file, plugin]]) => ({ property: key.slice(start.length + 1), file: file ?? '', plugin: plugin ?? '' }))
  const made = entries.find(({ plugin }) => !isOfNx(plugin)) ?? entries.find(({ property }) => property === '')
  if (made === undefined) return { file: '', plugin: '', changes: [] }
  const { file, plugin } = made
  const changed = entries.filter((entry) => entry.plugin !== plugin && isWhole(entry.property))
  const files = [...new Set(changed.map((entry) => entry.file))]
  const changes = files.map((name) => ({
    file: name,
    properties: changed.filter((entry) => entry.file === name).map(({ property }) => property),
  }))
  return { file, plugin, changes }
}

/** What Nx itself reads of package.json and nx.json changes targets; it seldom makes one. */
function isOfNx(plugin: string): boolean {
  return plugin.startsWith('nx/')
}

/** Neither the target nor the bare `options`, which every merge touches, nor one entry of a list that is told whole. */
function isWhole(property: string): boolean {
  return !['', 'options', 'configurations'].includes(property) && !/\.\d+$/.test(property)
}
