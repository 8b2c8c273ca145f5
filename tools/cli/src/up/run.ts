import { mkdir, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { applyDirectory, askLauncher, askTree, planDirectory, readLaunchFile } from '@mochi/supervise'
import type { TreeEntry } from '@mochi/supervise'
import type { UpFlags } from '../commands/up.ts'
import type { Context } from '../context.ts'
import { errors } from '../errors.ts'
import { writeJson } from '../output/json.ts'
import { hooksSettled, settleHooks } from '../setup/run.ts'
import { planNext } from '../status/plan-next.ts'
import { formatNext } from '../status/run.ts'
import { ensureTree } from './ensure-tree.ts'
import { findUpPlace, launcherSocket, logFolder, serviceFolder } from './place.ts'
import type { UpPlace } from './place.ts'
import { planServices } from './plan-services.ts'
import type { PlannedService } from './plan-services.ts'
import { createSteps } from './steps.ts'
import { formatServices, readServices } from './table.ts'
import { wantServices } from './want-services.ts'
import { watchServices } from './watch.ts'

/**
 * `mochi up`: starts the services of this checkout beside whatever of this user's runs already, and waits until they
 * serve. On a terminal it stays and shows them, and a Ctrl-C stops what it started; elsewhere, and with `--detach`, it ends.
 * Throws CLI_SERVICE_FAILED when one of them does not serve, and what `wantServices` and `ensureTree` throw.
 */
export async function runUp(context: Context, flags: UpFlags, ...names: string[]): Promise<number | undefined> {
  const steps = createSteps(context)
  const standing = await settleHooks(context)
  const place = findUpPlace(context, flags.instance)
  const wanted = await wantServices(context, { names, nodes: new Map(flags.nodes) })
  const planned = planServices(wanted, {
    root: context.root,
    node: process.execPath,
    freePorts: place.instance !== undefined,
  })
  for (const service of planned) await writeService(context, place, service)
  steps.done(`${planned.length} service directories in ${join(place.folder, 'service')}`)
  await ensureTree(context, place)
  steps.done('the process that runs them')
  const ours = planned.map(({ name }) => name)
  const started = await startServices(place, ours)
  steps.done(ours.join(', '))
  const rows = (await readServices(context, place)).filter(({ name }) => ours.includes(name))
  if (flags.json) writeJson(context.stdout, { folder: place.folder, services: rows })
  else context.stdout.write(formatServices(rows, context))
  if (started.length > 0) throw errors.CLI_SERVICE_FAILED({ faults: started, name: started[0]?.split(':')[0] ?? '' })
  if (flags.json) return 0
  if (context.stdout.isTTY && !flags.detach) return watchServices(context, place, ours)
  context.stdout.write(formatNext(context, planNext(hooksSettled(standing))))
  return 0
}

/** Throws CLI_SERVICE_OF_OTHER_CHECKOUT when the directory belongs to the sources of another. */
async function writeService({ root }: Context, place: UpPlace, { name, directory }: PlannedService): Promise<void> {
  const folder = serviceFolder(place, name)
  const found = await readLaunchFile(folder).catch(() => undefined)
  if (found !== undefined && !found.folder.startsWith(`${root}/`)) {
    throw errors.CLI_SERVICE_OF_OTHER_CHECKOUT({ name, folder: found.folder })
  }
  await mkdir(logFolder(place, name), { recursive: true })
  await mkdir(join(folder, 'log'), { recursive: true })
  await symlink(logFolder(place, name), join(folder, 'log/main')).catch(ignoreExisting)
  await applyDirectory(folder, planDirectory(directory))
}

function ignoreExisting(error: unknown): void {
  if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
}

/** Starts them at once; the faults of those that do not come to serve. */
async function startServices(place: UpPlace, names: readonly string[]): Promise<readonly string[]> {
  const { entries } = await askTree(place.folder, { do: 'add', names })
  const faults = await Promise.all(
    entries.filter(({ name }) => names.includes(name)).map((entry) => start(place, entry)),
  )
  return faults.flat()
}

async function start(place: UpPlace, { name, fault }: TreeEntry): Promise<readonly string[]> {
  if (fault !== undefined) return [`${name}: ${fault}`]
  const { failed } = await askLauncher(launcherSocket(place, name), { do: 'start' })
  return failed === undefined ? [] : [`${name}: ${failed}`]
}
