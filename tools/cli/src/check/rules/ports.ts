import { localdevPort } from '@mochi/names'
import type { Finding } from '../finding.ts'
import type { Workspace } from '../workspace.ts'
import { configOf } from './config.ts'

/**
 * Apps with one localdev port between them: `mochi up` could start only one. The port comes from the name, or from
 * mochi.json where that gives one.
 */
export function ports(workspace: Workspace): Finding[] {
  const given = configOf(workspace)?.services ?? {}
  const apps = workspace.packages.filter(({ folder }) => folder.startsWith('apps/'))
  const groups = [...Map.groupBy(apps, ({ name }) => given[name]?.port ?? localdevPort(name))]
  return groups
    .filter(([, group]) => group.length > 1)
    .flatMap(([port, group]) =>
      group.slice(1).map(({ manifestFile, name }) => ({
        rule: 'ports',
        file: manifestFile.path,
        message: `Each app has a localdev port of its own; ${group.map((app) => app.name).join(' and ')} share ${port}.`,
        mend: `Rename the newer one, or give it another port in mochi.json: "services": { "${name}": { "port": … } }.`,
      })),
    )
}
