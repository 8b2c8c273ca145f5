import { generateHelpTextForAllCommands } from '@stricli/core'
import type { Application } from '@stricli/core'
import type { Context } from '../context.ts'
import { groups } from '../groups.ts'
import { formatRootHelp } from '../root-help.ts'

/** docs/reference/cli.md: the help of every command, grouped as `mochi --help` groups them. */
export function renderCommands(app: Application<Context>): string {
  const help = generateHelpTextForAllCommands(app as unknown as Parameters<typeof generateHelpTextForAllCommands>[0])
  const sections = groups.map(({ title, commands }) => {
    const names = Object.keys(commands)
    const own = help.filter(([route]) => names.includes(route.split(' ')[1] ?? ''))
    return [`## ${title}`, ...own.map(([route, text]) => `### \`${route}\`\n\n${asBlock(text)}`)].join('\n\n')
  })
  return [
    '# The command mochi',
    'Made by `mochi check --fix` from the commands themselves; what you change here is overwritten.',
    asBlock(formatRootHelp(groups, { color: false, columns: 100 })),
    ...sections,
    EXIT_CODES,
    '',
  ].join('\n\n')
}

const EXIT_CODES = `## Exit codes

| code | meaning |
| --- | --- |
| 0 | done |
| 1 | not done; the error says why and what to do next |
| 2 | wrong usage; the error names the flag or command that comes nearest |
| 70 | a fault of mochi itself; please report it with the lines it printed |

With \`--json\`, an error is a document on standard output too: \`{"error": {"code", "message", "where", "hint", "facts"}}\`.`

function asBlock(text: string): string {
  return `\`\`\`text\n${text.trimEnd()}\n\`\`\``
}
