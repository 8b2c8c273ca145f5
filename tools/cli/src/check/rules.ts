import type { Context } from '../context.ts'
import type { Finding } from './finding.ts'
import type { Workspace } from './workspace.ts'

/** Looks at the snapshot and nothing else. */
export type Rule = (workspace: Workspace) => Finding[]

const rules: readonly Rule[] = []

/** Everything that is wrong, by every rule. */
export function findFaults(_context: Pick<Context, 'root'>, workspace: Workspace): Promise<Finding[]> {
  return Promise.resolve(rules.flatMap((rule) => rule(workspace)))
}
