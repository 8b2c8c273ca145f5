/** Which node points at which; a target that is no key points nowhere. */
export type Graph = ReadonlyMap<string, ReadonlySet<string>>

/**
 * One cycle for each group of nodes that reach each other, as the path through it (its first node is the least by code
 * unit), and each node that points at itself. Linear in the graph: Tarjan's strongly connected components.
 */
export function findCycles(graph: Graph): string[][] {
  return components(graph)
    .filter((group) => group.length > 1 || group.some((node) => graph.get(node)?.has(node) === true))
    .map((group) => pathThrough(graph, new Set(group)))
    .sort((a, b) => ((a[0] ?? '') < (b[0] ?? '') ? -1 : 1))
}

type State = { index: Map<string, number>; stack: string[]; onStack: Set<string>; groups: string[][] }

function components(graph: Graph): string[][] {
  const state: State = { index: new Map(), stack: [], onStack: new Set(), groups: [] }
  for (const node of graph.keys()) if (!state.index.has(node)) visit(graph, node, state)
  return state.groups
}

/** Depth first; the value is the earliest node on the stack that this one reaches. As deep as the longest chain of imports. */
function visit(graph: Graph, node: string, state: State): number {
  const order = state.index.size
  state.index.set(node, order)
  state.stack.push(node)
  state.onStack.add(node)
  let low = order
  for (const next of graph.get(node) ?? []) {
    if (!state.index.has(next)) low = Math.min(low, visit(graph, next, state))
    else if (state.onStack.has(next)) low = Math.min(low, state.index.get(next) ?? low)
  }
  if (low === order) {
    const group = state.stack.splice(state.stack.lastIndexOf(node))
    for (const member of group) state.onStack.delete(member)
    state.groups.push(group)
  }
  return low
}

/** The shortest way from the least node of the group back to it. */
function pathThrough(graph: Graph, group: ReadonlySet<string>): string[] {
  const start = [...group].sort()[0] ?? ''
  const paths: string[][] = [[start]]
  const seen = new Set<string>()
  for (const path of paths) {
    for (const next of [...(graph.get(path.at(-1) ?? '') ?? [])].sort()) {
      if (next === start) return path
      if (!group.has(next) || seen.has(next)) continue
      seen.add(next)
      paths.push([...path, next])
    }
  }
  return [start]
}
