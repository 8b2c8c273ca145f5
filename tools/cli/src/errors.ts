import { defineErrors } from '@mochi/errors'

type Unknown = { nearest: readonly string[] }

/** Everything that the command line itself can refuse or fail with. */
export const errors = defineErrors({
  CLI_UNKNOWN_CODE: {
    summary: 'No error has this code',
    explain: 'Every error prints its code in its last line. `mochi explain` without a code lists them all.',
    message: (facts: { code: string; nearest: readonly string[] }) =>
      `No error has the code ${facts.code}.${didYouMean(facts.nearest)}`,
    hint: (facts: Unknown) => (facts.nearest[0] === undefined ? 'mochi explain' : `mochi explain ${facts.nearest[0]}`),
  },
  CLI_UNKNOWN_TARGET: {
    summary: 'No project has this target, or no project has this name',
    explain: [
      'A target is written `project:target`, as in `foo:test`. Projects are the folders of `apps/`, `libs/` and `tools/`,',
      'and `toolchain` and `docs`; `npx nx show projects` lists them. Targets are inferred from the room a project stands in.',
    ].join('\n'),
    message: (facts: { wanted: string; nearest: readonly string[] }) =>
      `Nothing here is called ${facts.wanted}.${didYouMean(facts.nearest)}`,
    hint: (facts: Unknown) => (facts.nearest[0] === undefined ? 'npx nx show projects' : `mochi why ${facts.nearest[0]}`),
  },
  CLI_COMMAND_FAILED: {
    summary: 'A command that the command line ran failed',
    explain: 'What the command wrote stands in the message. Run it by hand to see more.',
    message: (facts: { command: string; code: number | null; output: string }) =>
      `Expected \`${facts.command}\` to succeed; it ended with ${facts.code === null ? 'no exit code' : `exit code ${facts.code}`}.${facts.output === '' ? '' : `\n${facts.output}`}`,
    hint: (facts: { command: string }) => facts.command,
  },
})

function didYouMean(nearest: readonly string[]): string {
  return nearest.length === 0 ? '' : ` Did you mean ${nearest.join(' or ')}?`
}
