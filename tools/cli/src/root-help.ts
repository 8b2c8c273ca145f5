import type { CommandGroup } from './groups.ts'
import { paint } from './output/color.ts'
import { formatTable } from './output/table.ts'
import { wrapLines } from './output/wrap.ts'

export type HelpStyle = { color: boolean; columns: number }

/** The first page of help: what there is, grouped by when one needs it. */
export function formatRootHelp(groups: readonly CommandGroup[], style: HelpStyle): string {
  const rows = groups.map((group) => Object.entries(group.commands).map(([name, { brief }]) => [`  ${name}`, brief]))
  const width = Math.max(...rows.flat().map(([name = '']) => name.length))
  const sections = groups.map((group, index) => {
    const padded = (rows[index] ?? []).map(([name = '', brief = '']) => [name.padEnd(width), brief])
    return `${paint(style, 'bold', group.title)}\n${formatTable(padded, style.columns)}`
  })
  return [
    'Usage: mochi <command> [flags]',
    ...sections,
    wrapLines(
      [
        'mochi <command> --help says more. Without a command: where you stand, and the next command.',
        'mochi --explain CODE explains an error. Add --json where output is data.',
      ].join('\n'),
      style.columns,
    ),
  ]
    .join('\n\n')
    .concat('\n')
}
