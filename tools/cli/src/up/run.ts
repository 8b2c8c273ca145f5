import { formatError } from '@mochi/errors'
import type { MochiError } from '@mochi/errors'
import type { UpFlags } from '../commands/up.ts'
import type { Context } from '../context.ts'
import { errors } from '../errors.ts'
import { writeJson } from '../output/json.ts'
import { spellCommands } from '../output/spell.ts'
import { hooksSettled, settleHooks } from '../setup/run.ts'
import { planNext } from '../status/plan-next.ts'
import { formatNext } from '../status/run.ts'
import { bringUp } from './bring-up.ts'
import type { BroughtUp } from './bring-up.ts'
import { findUpPlace } from './place.ts'
import type { UpPlace } from './place.ts'
import { readServices } from './read-services.ts'
import type { ServiceRow } from './read-services.ts'
import { createSteps } from './steps.ts'
import { formatLive, formatServices, movesCursor } from './table.ts'
import { watchServices } from './watch.ts'

/**
 * `mochi up`: starts the services of this checkout beside whatever of this user's runs already, and waits until they serve.
 * On a terminal it stays and shows them, and a Ctrl-C stops what it started; elsewhere, and with `--detach`, it ends.
 * Throws CLI_SERVICE_FAILED when one of them does not serve, and what `bringUp` throws; with `--json`, which has printed its
 * document by then, the fault is said on standard error.
 */
export async function runUp(context: Context, flags: UpFlags, ...names: string[]): Promise<number> {
  const { stdout } = context
  const signal = context.interrupted()
  const steps = createSteps(context)
  const standing = await settleHooks(context)
  const place = findUpPlace(context, flags.instance)
  const up = await bringUp(context, place, { wish: { names, nodes: new Map(flags.nodes) }, steps, signal })
  const isWatched = stdout.isTTY && !flags.detach && !flags.json
  const rows = await rowsOf(context, place, up)
  if (flags.json) writeJson(stdout, { folder: place.folder, services: rows })
  else
    stdout.write(
      isWatched && movesCursor(stdout, context.env) ? formatLive(rows, context) : formatServices(rows, context),
    )
  const faults = [...up.refused, ...up.faults]
  if (faults.length > 0) return fail(context, flags, errors.CLI_SERVICE_FAILED({ faults, instance: flags.instance }))
  if (flags.json) return 0
  if (isWatched) return watchServices(context, place, { ...up, signal })
  stdout.write(formatNext(context, planNext(hooksSettled(standing))))
  return 0
}

async function rowsOf(context: Context, place: UpPlace, { names, refused }: BroughtUp): Promise<readonly ServiceRow[]> {
  const wanted = [...names, ...refused.map(({ name }) => name)]
  const rows = (await readServices(context, place)).filter(({ name }) => wanted.includes(name))
  const missing = refused.filter(({ name }) => !rows.some((row) => row.name === name))
  return [...rows, ...missing.map(({ name, fault }) => brokenRow(context, name, fault))]
}

function brokenRow({ root }: Context, name: string, fault: string): ServiceRow {
  const unknown = { url: undefined, pid: undefined, uptime: undefined, memory: undefined }
  return { name, state: 'broken', crashes: 0, fault, checkout: root, ...unknown }
}

function fail(context: Context, { json }: UpFlags, error: MochiError): number {
  if (!json) throw error
  context.stderr.write(`${spellCommands(formatError(error), context)}\n`)
  return 1
}
