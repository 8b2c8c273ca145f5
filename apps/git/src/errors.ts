import { defineErrors } from '@mochi/errors'

/** Why the mirrors of git repositories do not start. */
export const errors = defineErrors({
  GIT_MISSING: {
    summary: 'The service git finds no git',
    explain: `Repositories are fetched and served by the git of the system, version 2.30 or newer, which has to be on the PATH of the service.`,
    message: (facts: { reason: string }) => `Expected git on PATH, but ${facts.reason}.`,
    hint: () => 'git --version',
  },
  GIT_TOO_OLD: {
    summary: 'The git of the system is too old for the service git',
    explain: `Git before 2.30 cannot fetch many refs at once without leaving traces of them. Install a newer one; macOS has one in its
command line tools.`,
    message: (facts: { found: string }) => `Expected git 2.30 or newer, found ${facts.found}.`,
    hint: () => 'git --version',
  },
})
