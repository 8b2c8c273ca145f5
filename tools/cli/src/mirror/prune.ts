import type { SourcePrunePlan } from '@mochi/mirror'
import prettyBytes from 'pretty-bytes'
import type { MirrorPruneFlags } from '../commands/mirror.ts'
import type { Context } from '../context.ts'
import { writeJson } from '../output/json.ts'
import { spellCommands } from '../output/spell.ts'
import { formatTable } from '../output/table.ts'
import { askDocument, findMirrors } from './find-mirrors.ts'

/** `mochi mirror prune`: shows what nobody wants any more, and removes it with `--apply`. */
export async function runMirrorPrune(
  context: Context,
  { json, instance, apply }: MirrorPruneFlags,
): Promise<undefined> {
  const services = await findMirrors(context, instance)
  const sources: SourcePrunePlan[] = []
  for (const { url } of services) {
    const answer = await askDocument(url, '/prune', {
      method: apply ? 'POST' : 'GET',
      signal: AbortSignal.timeout(600_000),
    })
    sources.push(...(answer as { sources: SourcePrunePlan[] }).sources)
  }
  if (json) writeJson(context.stdout, { isApplied: apply, sources })
  else context.stdout.write(spellCommands(formatPrune(sources, { apply, columns: context.stdout.columns }), context))
}

/** Pure. */
export function formatPrune(
  sources: readonly SourcePrunePlan[],
  { apply, columns }: { apply: boolean; columns: number },
): string {
  const items = sources.flatMap(({ plan }) => plan.items)
  if (items.length === 0) return 'Nothing is held that nobody wants.\n'
  const bytes = sources.reduce((sum, { plan }) => sum + plan.bytes, 0)
  const rows = items.map(({ what, bytes: size }) => [what, prettyBytes(size)])
  const total = `${items.length} ${items.length === 1 ? 'file' : 'files'}, ${prettyBytes(bytes)}`
  if (apply) return `${formatTable(rows, columns)}\n\nRemoved ${total}.\n`
  return `${formatTable(rows, columns)}\n\n${total} would be removed.\nnext: ./mochi mirror prune --apply\n`
}
