import type { Finding } from './finding.ts'
import { config } from './rules/config.ts'
import { cycles } from './rules/cycles.ts'
import { dependencies } from './rules/dependencies.ts'
import { floors } from './rules/floors.ts'
import { focusedTests } from './rules/focused-tests.ts'
import { generators } from './rules/generators.ts'
import { hosts } from './rules/hosts.ts'
import { machinePaths } from './rules/machine-paths.ts'
import { marks } from './rules/marks.ts'
import { names } from './rules/names.ts'
import { packageFiles } from './rules/package-files.ts'
import { ports } from './rules/ports.ts'
import { publishable } from './rules/publishable.ts'
import { relativeImports } from './rules/relative-imports.ts'
import { rootTools } from './rules/root-tools.ts'
import { sizes } from './rules/sizes.ts'
import { sorted } from './rules/sorted.ts'
import { versions } from './rules/versions.ts'
import type { Workspace } from './workspace.ts'

/** Looks at the snapshot and at nothing else. */
export type Rule = (workspace: Workspace) => Finding[]

/** Every rule, by the name that its findings carry. */
export const rules: Readonly<Record<string, Rule>> = {
  config,
  cycles,
  dependencies,
  floors,
  'focused-tests': focusedTests,
  generators,
  hosts,
  'machine-paths': machinePaths,
  marks,
  names,
  'package-files': packageFiles,
  ports,
  publishable,
  'relative-imports': relativeImports,
  'root-tools': rootTools,
  sizes,
  sorted,
  versions,
}
