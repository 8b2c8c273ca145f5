import { defineErrors } from '@mochi/errors'
import { lostDependency } from './lost-dependency.ts'

type Unknown = { nearest: readonly string[] }

/** Everything that the command line itself can refuse or fail with. */
export const errors = defineErrors({
  CLI_DEPENDENCIES_STALE: lostDependency,
  CLI_UNKNOWN_CODE: {
    summary: 'No error has this code',
    explain: 'Every error prints its code in its last line. `./mochi explain` without a code lists them all.',
    message: (facts: { code: string; nearest: readonly string[] }) =>
      `No error has the code ${facts.code}.${didYouMean(facts.nearest)}`,
    hint: (facts: Unknown) =>
      facts.nearest[0] === undefined ? './mochi explain' : `./mochi explain ${facts.nearest[0]}`,
  },
  CLI_CATALOGUE_DAMAGED: {
    summary: 'A file of the name errors.ts exports no catalogue',
    explain: [
      'Every `src/errors.ts` exports `errors`, made by `defineErrors` of `@mochi/errors`: `./mochi explain` and',
      '`docs/reference/errors.md` are made of them all.',
    ].join('\n'),
    message: (facts: { file: string }) => `Expected ${facts.file} to export errors = defineErrors({…}).`,
    where: (facts: { file: string }) => facts.file,
    hint: (facts: { file: string }) => `correct ${facts.file}, or give the file another name`,
  },
  CLI_CODE_TWICE: {
    summary: 'Two catalogues define one code',
    explain: 'A code names one failure in the whole checkout. Begin it with the name of its room, as in TOOLCHAIN_….',
    message: (facts: { code: string; files: readonly string[] }) =>
      `Expected one definition of ${facts.code}, found ${facts.files.length}: ${facts.files.join(', ')}.`,
    hint: () => 'rename the code in one of the files',
  },
  CLI_UNKNOWN_TARGET: {
    summary: 'No project has this target, or no project has this name',
    explain: [
      'A target is written `project:target`, as in `foo:test`. Projects are the folders of `apps/`, `libs/` and `tools/`,',
      'and `toolchain` and `docs`; `npx nx show projects` lists them. Targets are inferred from the room a project stands in.',
    ].join('\n'),
    message: (facts: { wanted: string; nearest: readonly string[] }) =>
      `Nothing here is called ${facts.wanted}.${didYouMean(facts.nearest)}`,
    hint: (facts: Unknown) =>
      facts.nearest[0] === undefined ? 'npx nx show projects' : `./mochi why ${facts.nearest[0]}`,
  },
  CLI_UNKNOWN_PLATFORM: {
    summary: 'There is no toolchain for this platform',
    explain: 'The toolchain is locked for Linux (glibc) and macOS, x64 and arm64. On Windows, use WSL2.',
    message: (facts: { platform: string }) =>
      `Expected linux-x64, linux-arm64, darwin-x64 or darwin-arm64, found ${facts.platform}.`,
    hint: () => './mochi toolchain bundle --platform linux-x64',
  },
  CLI_UNKNOWN_SHELL: {
    summary: 'The start file of this shell is not known',
    explain: [
      'The start files of bash, zsh and fish are known. The shell is taken from the variable SHELL; `--shell` names another.',
      'For any other POSIX shell, put `eval "$(/path/to/checkout/mochi env)"` into its start file.',
    ].join('\n'),
    message: (facts: { shell: string }) =>
      `Expected SHELL to be bash, zsh or fish, found ${facts.shell === '' ? 'nothing' : facts.shell}.`,
    hint: () => './mochi toolchain profile add --shell bash',
  },
  CLI_NOT_CONFIRMED: {
    summary: 'Nothing was removed, because nobody confirmed it',
    explain: 'The plan above says what would go and what stays. `--yes` carries it out, `--dry-run` only shows it.',
    message: (facts: { prefix: string }) => `Expected --yes before removing the toolchain in ${facts.prefix}.`,
    where: (facts: { prefix: string }) => facts.prefix,
    hint: () => './mochi uninstall --yes',
  },
  CLI_HOOKS_STAY: {
    summary: 'The git hooks could not be taken away, so nothing was removed',
    explain: [
      'The hooks of a checkout run the toolchain and install it where it is not there. So `./mochi uninstall --yes` first',
      'lets lefthook take them out of this checkout. It could not; without the file that the message names, no hook is left.',
    ].join('\n'),
    message: (facts: { hook: string; output: string }) =>
      `Expected \`lefthook uninstall\` to take the git hooks away; it failed.${facts.output === '' ? '' : `\n${facts.output}`}`,
    where: (facts: { hook: string }) => facts.hook,
    hint: (facts: { hook: string }) => `rm '${facts.hook}', then ./mochi uninstall --yes`,
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
