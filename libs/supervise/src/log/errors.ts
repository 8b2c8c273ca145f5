import { defineErrors } from '@mochi/errors'

/** What a log writer refuses before it reads anything. */
export const logErrors = defineErrors({
  SUPERVISE_LOG_CONFIG: {
    summary: 'The config.json of a log writer says something that it does not understand',
    explain: `\`config.json\` beside a log folder says when files are put aside and how many are kept: \`size\` (bytes), \`age\`
(milliseconds), \`keep\` (bytes of all files together, at least four times \`size\`) and \`stamp\` (\`iso\`, \`tai64n\` or \`none\`). Each has a
default, and so has the whole file.`,
    message: (facts: { file: string; faults: readonly string[] }) =>
      `Expected ${facts.file} to say how a log is kept, found ${facts.faults.length} fault(s):\n${facts.faults
        .map((fault) => `    ${fault}`)
        .join('\n')}`,
    where: (facts: { file: string }) => facts.file,
    hint: () => 'correct the file, or remove it for the defaults',
  },
  SUPERVISE_LOG_TAKEN: {
    summary: 'Another log writer writes to this folder',
    explain: `Two writers of one folder would take the lines of one pipe from each other. The first one that started goes on; when it
ends, the next start succeeds. \`lsof\` shows which process it is.`,
    message: (facts: { folder: string }) => `Expected nobody to write to ${facts.folder}, found another log writer.`,
    where: (facts: { folder: string }) => facts.folder,
    hint: (facts: { folder: string }) => `lsof ${facts.folder}/inflight`,
  },
  SUPERVISE_LOG_USAGE: {
    summary: 'A log writer was started without a folder, or with more than one',
    explain: `A log writer takes one argument, the folder of \`current\` and of the files that were put aside. The lines come from its
standard input.`,
    message: (facts: { found: number }) => `Expected one argument, the folder of the log, found ${facts.found}.`,
    hint: () => 'node log-writer.js FOLDER',
  },
})
