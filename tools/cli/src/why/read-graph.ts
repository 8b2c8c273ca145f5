/**
 * A program of its own, called by `runWhy`: Nx writes to the console and reads the environment as it likes, which a
 * command must not. It prints one JSON document, a GraphAnswer, for the project and target in its arguments; when Nx
 * cannot read the workspace, what is at the bottom of it on standard error.
 */
import { createProjectGraphAndSourceMapsAsync, readNxJsonFromDisk } from 'nx/src/devkit-internals.js'
import { createTaskHasher } from 'nx/src/hasher/create-task-hasher.js'
import { getTaskDetails, hashTask } from 'nx/src/hasher/hash-task.js'
import { DbCache } from 'nx/src/tasks-runner/cache.js'
import type { ProjectGraph } from 'nx/src/config/project-graph.js'
import { createTaskGraph } from 'nx/src/tasks-runner/create-task-graph.js'
import { findSources } from './find-sources.ts'
import type { SourceMap } from './find-sources.ts'
import type { GraphAnswer, TargetFacts } from './graph-answer.ts'
import { innermostCauses } from './innermost-causes.ts'

type NxGraph = { projectGraph: ProjectGraph; sourceMaps?: Record<string, SourceMap> }

const [project = '', target = ''] = process.argv.slice(2)
try {
  process.stdout.write(JSON.stringify(await answer(project, target)))
} catch (error) {
  process.stderr.write(`${innermostCauses(error).join('\n')}\n`)
  process.exitCode = 1
}

async function answer(project: string, target: string): Promise<GraphAnswer> {
  const graph: NxGraph = await createProjectGraphAndSourceMapsAsync({ exitOnError: false })
  const nodes = Object.values(graph.projectGraph.nodes)
  const projects = Object.fromEntries(nodes.map(({ name, data }) => [name, Object.keys(data.targets ?? {}).sort()]))
  const configuration = graph.projectGraph.nodes[project]?.data.targets?.[target]
  if (configuration === undefined) return { projects }
  const { root, namedInputs = {} } = graph.projectGraph.nodes[project]?.data ?? { root: '' }
  const { command, executor, inputs = [], outputs = [], dependsOn = [] } = configuration
  const options: unknown = configuration.options
  const facts: TargetFacts = {
    ...{ project, target, root, inputs, outputs, dependsOn },
    ...findSources(graph.sourceMaps?.[root] ?? {}, target),
    namedInputs: { ...readNxJsonFromDisk().namedInputs, ...namedInputs },
    command: command ?? commandOf(options) ?? executor ?? '',
    cacheable: configuration.cache ?? false,
    continuous: configuration.continuous ?? false,
    dependents: dependentsOf(graph, project),
    cached: configuration.cache === true ? await lookIntoCache(graph, project, target) : undefined,
  }
  return { projects, target: facts }
}

function commandOf(options: unknown): string | undefined {
  const { command } = (options ?? {}) as { command?: unknown }
  return typeof command === 'string' ? command : undefined
}

/** Projects that import this one: what a change here can make run again. */
function dependentsOf({ projectGraph }: NxGraph, project: string): string[] {
  return Object.entries(projectGraph.dependencies)
    .filter(([, edges]) => edges.some((edge) => edge.target === project))
    .map(([name]) => name)
    .sort()
}

/** Whether the result for the files as they are now is in the local cache. A remote cache is not asked. */
async function lookIntoCache(
  { projectGraph }: NxGraph,
  project: string,
  target: string,
): Promise<TargetFacts['cached']> {
  const nxJson = readNxJsonFromDisk()
  const tasks = createTaskGraph(projectGraph, {}, [project], [target], undefined, {})
  const task = tasks.tasks[`${project}:${target}`]
  if (task === undefined) return undefined
  const hasher = createTaskHasher(projectGraph, nxJson, {})
  await hashTask(hasher, projectGraph, tasks, task, process.env, getTaskDetails())
  const result = await new DbCache({ nxCloudRemoteCache: null as never, skipRemoteCache: true }).get(task)
  return { hash: task.hash ?? '', exitCode: result?.code }
}
