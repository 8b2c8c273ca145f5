import type { Finding } from '../finding.ts'
import { findAll } from '../source-file.ts'
import type { Workspace } from '../workspace.ts'

/** Put together here, so that this file does not name what it looks for. */
const HOSTS: readonly (readonly string[])[] = [
  ['registry', 'npmjs', 'org'],
  ['registry', 'yarnpkg', 'com'],
  ['registry', 'npmmirror', 'com'],
  ['npm', 'pkg', 'github', 'com'],
  ['deb', 'debian', 'org'],
]

const HOST = new RegExp(`(?<![\\w.-])(?:${HOSTS.map((parts) => parts.join('\\.')).join('|')})(?![\\w-])`, 'gi')

/** Hosts of package registries. Which one is asked is for the machine and the company to say, not for the repository. */
export function hosts(workspace: Workspace): Finding[] {
  return workspace.files.flatMap((file) =>
    findAll(file, HOST).map(({ line, text }) => ({
      rule: 'hosts',
      file: file.path,
      line,
      message: `No file names the host of a package registry; here stands ${text}.`,
      mend: 'Take the address from the configuration (@mochi/toolchain findRegistry); in tests and prose write registry.example.',
    })),
  )
}
