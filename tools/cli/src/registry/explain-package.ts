import type { RegistryExplainFlags } from '../commands/registry-policy.ts'
import type { Context, Output } from '../context.ts'
import { paint } from '../output/color.ts'
import { formatDuration } from '../output/duration.ts'
import { writeJson } from '../output/json.ts'
import { spellCommands } from '../output/spell.ts'
import { formatTable } from '../output/table.ts'
import { askExplanation } from './ask-explanation.ts'
import type { Explanation, Verdict } from './ask-explanation.ts'
import { findRegistryToAsk } from './ask-registry.ts'
import { errors } from './explain-errors.ts'
import { ownRegistry } from './own-registry.ts'

/** Versions, where not all are wanted. */
const MOST = 20

/**
 * `mochi registry explain`: what the policy says of a package's versions and why. 1 when none of those that were asked about is
 * allowed. Throws CLI_REGISTRY_AWAY, CLI_REGISTRY_OTHER and CLI_REGISTRY_REFUSED.
 */
export async function runRegistryExplain(
  context: Context,
  { all, json }: RegistryExplainFlags,
  wanted: string,
  own = ownRegistry,
): Promise<number> {
  const { name, range } = parseWanted(wanted)
  const answer = await askExplanation(await findRegistryToAsk(own), name, range)
  if (answer.is === 'refused') {
    const { status, code, error } = answer
    throw errors.CLI_REGISTRY_REFUSED({ status, code, detail: error })
  }
  const { explanation } = answer
  if (json) writeJson(context.stdout, explanation)
  else
    context.stdout.write(spellCommands(formatExplanation(context.stdout, explanation, all ? Infinity : MOST), context))
  return explanation.versions.some(({ allowed }) => allowed) ? 0 : 1
}

/** The `@` of a scope is none before a range. */
function parseWanted(text: string): { name: string; range: string | undefined } {
  const at = text.indexOf('@', 1)
  return at === -1 ? { name: text, range: undefined } : { name: text.slice(0, at), range: text.slice(at + 1) }
}

/** Pure. */
export function formatExplanation(
  output: Pick<Output, 'color' | 'columns'>,
  { package: name, versions, tags, age, isAway }: Explanation,
  most: number,
): string {
  const refused = versions.filter(({ allowed }) => !allowed).length
  const since = `as upstream had it ${formatDuration(age * 1000)} ago${isAway ? '; now it is away' : ''}`
  const rest = versions.length - most
  const rows = versions.slice(0, most).map((verdict) => formatVerdict(output, verdict))
  const shown = tags.map(({ tag, given, becomes }) => [tag, formatTag(given, becomes)])
  return [
    `${paint(output, 'bold', name)}, ${since}: ${refused} of ${versions.length} versions refused`,
    ...(rows.length === 0 ? [] : ['', formatTable(rows, output.columns)]),
    ...(rest > 0 ? [`and ${rest} older ones: --all`] : []),
    ...(shown.length === 0 ? [] : ['', formatTable(shown, output.columns)]),
    '',
  ].join('\n')
}

function formatVerdict(output: Pick<Output, 'color'>, verdict: Verdict): string[] {
  const { version, published, allowed, rule, reason, allowedFrom, waiver } = verdict
  const day = published?.slice(0, 10) ?? 'undated'
  if (!allowed) {
    const from = allowedFrom === undefined ? '' : `; allowed from ${allowedFrom}`
    return [version, day, paint(output, 'red', 'refused'), `${rule ?? ''}: ${reason ?? ''}${from}`]
  }
  const why = waiver === undefined ? '' : `waived by ${waiver.reviewer} until ${waiver.expires}: ${waiver.reason}`
  return [version, day, paint(output, 'green', 'allowed'), why]
}

function formatTag(given: string, becomes: string | undefined): string {
  if (becomes === given) return given
  return becomes === undefined ? `${given}, which is hidden` : `${given}, here ${becomes}`
}
