import type { MochiError } from '@mochi/errors'
import { findNearest } from '@mochi/names'
import { listServices } from '../config/read-schema.ts'
import type { Context } from '../context.ts'
import { errors } from '../errors.ts'
import { spellCommands } from '../output/spell.ts'
import { findRunning } from './find-running.ts'
import type { UpPlace } from './place.ts'

export type NotRunningOptions = {
  readonly name: string
  /** The names that would have done. */
  readonly known: readonly string[]
  /** What was to be done with it. */
  readonly command: string
}

/** CLI_SERVICE_NOT_RUNNING of a name, with the nearest that would have done. */
export async function notRunning(
  { root }: Context,
  { instance }: UpPlace,
  { name, known, command }: NotRunningOptions,
): Promise<MochiError> {
  const isHere = (await listServices(root)).includes(name)
  const nearest = isHere ? [] : findNearest(name, known)
  return errors.CLI_SERVICE_NOT_RUNNING({ name, instance, nearest, command, isHere })
}

/** What is said where a command finds nothing that it could be meant for, with what runs elsewhere. */
export async function formatNothingRuns(context: Context, { instance }: UpPlace, command: string): Promise<string> {
  const others = (await findRunning(context.prefix)).filter(({ place }) => place.instance !== instance)
  const lines = others.map(({ place, names }) => {
    const [who, flag] =
      place.instance === undefined
        ? ['Outside of instances', '']
        : [`In the instance ${place.instance}`, ` --instance ${place.instance}`]
    return `${who}: ${names.join(', ')} (./mochi ${command}${flag})\n`
  })
  const where = instance === undefined ? '' : ` in the instance ${instance}`
  return spellCommands(`Nothing of this checkout runs${where}.\n${lines.join('')}`, context)
}
