import { localdevPort } from '@mochi/names'
import type { Finding } from '../finding.ts'
import type { Workspace } from '../workspace.ts'

/** Apps whose names give the same localdev port: `mochi up` could start only one of them. */
export function ports(workspace: Workspace): Finding[] {
  const apps = workspace.packages.filter(({ folder }) => folder.startsWith('apps/'))
  const groups = [...Map.groupBy(apps, ({ name }) => localdevPort(name))].filter(([, group]) => group.length > 1)
  return groups.flatMap(([port, group]) =>
    group.slice(1).map(({ manifestFile }) => ({
      rule: 'ports',
      file: manifestFile.path,
      message: `Each app has a localdev port of its own; ${group.map(({ name }) => name).join(' and ')} share ${port}.`,
      mend: 'Rename the newer one: the port is computed from the name.',
    })),
  )
}
