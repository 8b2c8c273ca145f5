import type { Finding } from '@mochi/mirror'
import { errors as mirrorErrors } from '@mochi/mirror'
import { whoAmI } from '../cache/mint-key.ts'
import type { MirrorAckFlags } from '../commands/mirror.ts'
import type { Context } from '../context.ts'
import { writeJson } from '../output/json.ts'
import { errors } from './errors.ts'
import { askDocument, findMirrors } from './find-mirrors.ts'
import { formatFindings } from './status.ts'

/** `mochi mirror ack`: says that somebody has looked at findings. Throws CLI_MIRROR_ACK_NOTHING, CLI_MIRROR_ACK_WHY and MIRROR_NO_FINDING. */
export async function runMirrorAck(
  context: Context,
  { json, instance, all, reason }: MirrorAckFlags,
  ...ids: string[]
): Promise<undefined> {
  if (ids.length === 0 && !all) throw errors.CLI_MIRROR_ACK_NOTHING({})
  if (reason.trim() === '') throw errors.CLI_MIRROR_ACK_WHY()
  const services = await findMirrors(context, instance)
  const known = services.flatMap(({ status }) => status.findings.map(({ id }) => id))
  const unknown = ids.find((id) => !known.includes(id))
  if (unknown !== undefined) throw mirrorErrors.MIRROR_NO_FINDING({ id: unknown })
  const settled: Finding[] = []
  for (const { url, status } of services) {
    const own = status.findings.map(({ id }) => id).filter((id) => ids.includes(id))
    if (own.length === 0 && !all) continue
    const query = new URLSearchParams([...own.map((id) => ['id', id]), ['by', whoAmI()], ['reason', reason]])
    settled.push(...((await askDocument(url, '/ack', { method: 'POST', query })) as { settled: Finding[] }).settled)
  }
  if (json) writeJson(context.stdout, { settled })
  else if (settled.length === 0) context.stdout.write('Nothing was left to be acknowledged.\n')
  else context.stdout.write(`Acknowledged:\n\n${formatFindings(settled, context.stdout.columns)}\n`)
}
