/**
 * A program of its own, called by `readAffected`: Nx writes to the console and reads the environment as it likes, which a
 * command must not. It prints one JSON document, an `Affected`. Argument: the commit to compare with; without one,
 * everything is affected. When Nx cannot read the workspace, what is at the bottom of it comes on standard error.
 */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { getAffectedGraphNodes } from 'nx/src/command-line/affected/affected.js'
import type { ProjectGraph } from 'nx/src/config/project-graph.js'
import native from 'nx/src/native/index.js'
import { createProjectGraphAsync } from 'nx/src/project-graph/project-graph.js'
import { filterAffected } from 'nx/src/project-graph/affected/affected-project-graph.js'
import { calculateFileChanges } from 'nx/src/project-graph/file-utils.js'
import { parseFiles } from 'nx/src/utils/command-line-utils.js'
import { innermostCauses } from '../why/innermost-causes.ts'
import type { Affected, GraphProject } from './affected.ts'

/** Above it, a file counts only for the project that it stands in: each one that is looked at costs a walk of the graph. */
const LOOKED_AT = 100

const [base] = process.argv.slice(2)
try {
  process.stdout.write(JSON.stringify(await answer(base)))
} catch (error) {
  process.stderr.write(`${innermostCauses(error).join('\n')}\n`)
  process.exitCode = 1
}

async function answer(base: string | undefined): Promise<Affected> {
  const graph = await createProjectGraphAsync({ exitOnError: false })
  const projects = Object.fromEntries(Object.keys(graph.nodes).map((name) => [name, describeProject(graph, name)]))
  const database = nameDatabase()
  if (base === undefined)
    return { changed: [], projects, affected: Object.keys(projects).sort(), touched: {}, removed: {}, database }
  const changed = parseFiles({ base }).files
  const nodes = await getAffectedGraphNodes({ base }, graph)
  const affected = nodes.map(({ name }) => name).sort()
  const removed = findRemoved(base, changed)
  return {
    changed,
    projects,
    affected,
    database,
    removed,
    touched: await findTouched(graph, { base, changed, removed }),
  }
}

/** Made once aside, because only Nx knows which name it gives. */
function nameDatabase(): string {
  const folder = mkdtempSync(join(tmpdir(), 'mochi-database-'))
  try {
    native.closeDbConnection(native.connectToNxDb(folder))
    return readdirSync(folder).find((name) => name.endsWith('.db')) ?? ''
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function describeProject(graph: ProjectGraph, name: string): GraphProject {
  const { root, targets = {} } = graph.nodes[name]?.data ?? { root: '' }
  const edges = graph.dependencies[name] ?? []
  const dependencies = [...new Set(edges.map(({ target }) => target))].filter((each) => graph.nodes[each] !== undefined)
  return { root, targets: Object.keys(targets).sort(), dependencies: dependencies.sort() }
}

/** The manifests among the files that are there no longer. Their projects had the name that they say. */
function findRemoved(base: string, changed: readonly string[]): Record<string, string> {
  const gone = changed.filter((file) => /(?:^|\/)(?:package|project)\.json$/.test(file) && !existsSync(file))
  return Object.fromEntries(gone.map((file) => [file, nameAt(base, file)]))
}

function nameAt(base: string, file: string): string {
  const folder = basename(dirname(file))
  try {
    const text = execFileSync('git', ['show', `${base}:./${file}`], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    const { nx, name } = JSON.parse(text) as { nx?: { name?: string }; name?: string }
    return nx?.name ?? name?.replace(/^@[^/]*\//, '') ?? folder
  } catch {
    return folder
  }
}

/** Which files touch which projects themselves: Nx's own answer for a graph in which nobody imports anybody. */
async function findTouched(
  graph: ProjectGraph,
  { base, changed, removed }: { base: string } & Pick<Affected, 'changed' | 'removed'>,
): Promise<Record<string, string[]>> {
  const alone = { ...graph, dependencies: {} }
  const touched: Record<string, string[]> = {}
  const apart = changed.length <= LOOKED_AT ? changed : Object.keys(removed)
  const together = changed.filter((file) => !apart.includes(file))
  const byFile = [...apart.map((file) => [file]), ...(together.length === 0 ? [] : [together])]
  for (const files of byFile) {
    const { nodes } = await filterAffected(alone, calculateFileChanges([...files], { base }))
    for (const [name, { data }] of Object.entries(nodes)) {
      const known = (touched[name] ??= [])
      known.push(...(files.length === 1 ? files : files.filter((file) => file.startsWith(`${data.root}/`))))
    }
  }
  return touched
}
