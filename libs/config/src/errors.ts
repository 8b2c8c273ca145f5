import { defineErrors } from '@mochi/errors'
import type { LocatedFault } from './fault.ts'
import { formatFaults, formatPlace } from './format-faults.ts'

type Invalid = { file: string; faults: readonly LocatedFault[] }

/** Every way in which mochi.json cannot be used, and for every other document the way in which it cannot be read. */
export const errors = defineErrors({
  CONFIG_INVALID: {
    summary: 'mochi.json has faults',
    explain: `\`mochi.json\` says what this company is. It is plain JSON, without comments, and keeps to a schema that editors know too
(\`"$schema": "./libs/config/mochi.schema.json"\`). Every fault is listed with its line and column, what was expected and
what was found. Correct them all and run the command again.`,
    message: ({ file, faults }: Invalid) => formatFaults(file, faults),
    where: ({ file, faults }: Invalid) => formatPlace(file, faults[0]),
    hint: (facts: { file: string }) => `Correct ${facts.file} and run the command again.`,
  },
  CONFIG_MISSING: {
    summary: 'There is no mochi.json',
    explain: `Every workspace has a \`mochi.json\` at its root. The smallest one names the company's package scope and its domain:

    { "scopes": ["@mochi"], "domain": "example.com" }`,
    message: (facts: { path: string }) => `Expected the file ${facts.path}, found nothing there.`,
    where: (facts: { path: string }) => facts.path,
    hint: () => 'git checkout HEAD -- :/mochi.json, or write { "scopes": ["@mochi"], "domain": "example.com" } to it',
  },
  CONFIG_UNREADABLE: {
    summary: 'A configuration file cannot be read',
    explain: `The file is there, but it cannot be opened, is no regular file, or is not UTF-8 text. The message has the reason that the
operating system gave.`,
    message: (facts: { path: string; reason: string }) =>
      `Expected a readable UTF-8 text file at ${facts.path}, found: ${facts.reason}.`,
    where: (facts: { path: string }) => facts.path,
    hint: (facts: { path: string }) => `ls -ld ${facts.path}`,
  },
})
