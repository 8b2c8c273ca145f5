import { defineErrors } from '@mochi/errors'

/** What the toolchain's TypeScript side can fail with. */
export const errors = defineErrors({
  TOOLCHAIN_LOCK_ABSENT: {
    summary: 'toolchain.lock cannot be read',
    explain: 'The lock belongs to the checkout. Restore it from git, or make it anew from `toolchain.json`.',
    message: (facts: { file: string }) => `Expected a readable lock at ${facts.file}.`,
    where: (facts) => facts.file,
    hint: () => 'git restore toolchain/toolchain.lock, or mochi toolchain lock',
  },
  TOOLCHAIN_LOCK_DAMAGED: {
    summary: 'toolchain.lock does not read as a lock',
    explain:
      'The lock is written by `mochi toolchain lock` and never by hand: its first line is a digest of the rest. ' +
      'After a merge conflict, take either side and run the command.',
    message: (facts: { file: string; faults: readonly string[] }) =>
      ['The lock is damaged:', ...facts.faults.map((fault) => `  ${facts.file}:${fault}`)].join('\n'),
    where: (facts) => facts.file,
    hint: () => 'mochi toolchain lock',
  },
})
