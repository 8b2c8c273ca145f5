import type { Finding } from '../finding.ts'
import { packageOf } from '../imports.ts'
import { declarationsOf, lineOfDependency, packageNamed } from '../manifest.ts'
import { testFilesOf } from '../test-files.ts'
import type { Package, Workspace } from '../workspace.ts'

/**
 * Who may import whom: a package imports only from the floors below its own. From the ground up; `*` stands for every
 * package of a room that is listed nowhere else. The errors stand below the names, which are refused by coded errors.
 */
export const FLOORS: readonly (readonly string[])[] = [
  ['libs/errors', 'libs/testing', 'tools/presets'],
  ['libs/names'],
  ['libs/config', 'libs/dns', 'libs/files', 'libs/page', 'libs/udplog', 'libs/profiler', 'libs/supervise'],
  ['libs/build-cache', 'libs/discover', 'libs/release', 'toolchain'],
  ['libs/dist', 'libs/deploy'],
  ['libs/service'],
  ['libs/*'],
  ['apps/*', 'tools/*', 'docs'],
]

/** A company's own libraries may build on each other; the rule about cycles keeps them in order. */
const SOCIABLE = FLOORS.findIndex((floor) => floor.includes('libs/*'))

/** What tests and development may use from any floor. */
const FOR_DEVELOPMENT: readonly string[] = ['libs/testing', 'tools/presets']

/** Every import and every entry of a package.json that goes up, or sideways. */
export function floors(workspace: Workspace): Finding[] {
  return workspace.packages.flatMap((from) => [...importFaults(workspace, from), ...manifestFaults(workspace, from)])
}

function importFaults(workspace: Workspace, from: Package): Finding[] {
  const tests = testFilesOf(from)
  return from.imports.flatMap(({ file, line, specifier }) => {
    const to = packageNamed(workspace, packageOf(specifier) ?? '')
    if (to === undefined || isAllowed(from, to, tests.has(file))) return []
    return [describe(from, to, { file, line })]
  })
}

function manifestFaults(workspace: Workspace, from: Package): Finding[] {
  return declarationsOf(from.manifest).flatMap(({ field, name }) => {
    const to = packageNamed(workspace, name)
    if (to === undefined || isAllowed(from, to, field === 'devDependencies')) return []
    return [describe(from, to, { file: from.manifestFile.path, line: lineOfDependency(from, name) })]
  })
}

function isAllowed(from: Package, to: Package, development: boolean): boolean {
  if (from.folder === to.folder) return true
  if (development && FOR_DEVELOPMENT.includes(to.folder)) return true
  const [own, other] = [floorOf(from.folder), floorOf(to.folder)]
  return other < own || (own === SOCIABLE && other === SOCIABLE)
}

function describe(from: Package, to: Package, place: Pick<Finding, 'file' | 'line'>): Finding {
  const above = floorOf(to.folder) > floorOf(from.folder)
  return {
    rule: 'floors',
    ...place,
    message: `${from.folder} may import only from the floors below it; ${to.folder} stands ${above ? 'above' : 'beside'} it.`,
    mend: `Move what both need to a library below ${from.folder}, or hand it in from above (docs/architecture.md, Floors).`,
  }
}

/** Counted from 0. What stands in no room of the table is on the top floor. */
function floorOf(folder: string): number {
  const listed = FLOORS.findIndex((floor) => floor.includes(folder))
  if (listed >= 0) return listed
  const room = FLOORS.findIndex((floor) => floor.includes(`${folder.split('/')[0] ?? ''}/*`))
  return room >= 0 ? room : FLOORS.length - 1
}
