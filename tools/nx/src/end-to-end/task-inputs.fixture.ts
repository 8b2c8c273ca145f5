/**
 * A program for tests, run in a checkout: prints, as JSON, the files and packages (`npm:vitest`) that decide whether each
 * task that its arguments name (`foo:test bar:build`) runs again. It is Nx's own plan of the task's cache key; no task is run.
 */
import { createProjectGraphAsync } from '@nx/devkit'
import { HashPlanInspector } from 'nx/src/hasher/hash-plan-inspector.js'

process.stdout.write(JSON.stringify(await inputsOf(process.argv.slice(2))))

async function inputsOf(ids: readonly string[]): Promise<Record<string, string[]>> {
  const inspector = new HashPlanInspector(await createProjectGraphAsync({ exitOnError: true }))
  await inspector.init()
  return Object.fromEntries(
    ids.map((id) => {
      const [project = '', target = ''] = id.split(':')
      const inputs = inspector.inspectTaskInputs({ project, target }, {}, {}, true)[id]
      return [id, [...(inputs?.files ?? []), ...(inputs?.external ?? [])]]
    }),
  )
}
