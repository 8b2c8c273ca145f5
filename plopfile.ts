import { diskWorkspace, installProject, registerGenerators } from '@mochi/nx/scaffold'
import type { NodePlopAPI } from 'plop'

const root = import.meta.dirname

/** What `npx plop service NAME` and `npx plop lib NAME` do; the Nx generators run the same over Nx's tree. */
export default function plopfile(plop: NodePlopAPI): void {
  registerGenerators(plop, {
    root,
    workspace: diskWorkspace(root),
    install: (name) => installProject(root, name),
  })
}
