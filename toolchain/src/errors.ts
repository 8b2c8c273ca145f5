import { formatFaults, formatPlace } from '@mochi/config/format-faults'
import type { LocatedFault } from '@mochi/config'
import { defineErrors } from '@mochi/errors'
import { checkErrors } from './errors-check.ts'
import { installedErrors } from './errors-installed.ts'
import { registryErrors } from './errors-registry.ts'
import { MEND_LOCK } from './mend-lock.ts'

/** A file of the checkout and what is wrong in it, each fault beginning with its line. */
type FileFaults = { file: string; faults: readonly string[] }

type DocumentFaults = { file: string; faults: readonly LocatedFault[] }

/** What the toolchain's TypeScript side can fail with. */
export const errors = defineErrors({
  TOOLCHAIN_LOCK_ABSENT: {
    summary: 'toolchain.lock cannot be read',
    explain: 'The lock belongs to the checkout. Restore it from git, or make it anew from `toolchain.json`.',
    message: (facts: { file: string }) => `Expected a readable lock at ${facts.file}.`,
    where: (facts: { file: string }) => facts.file,
    hint: () => MEND_LOCK,
  },
  TOOLCHAIN_LOCK_DAMAGED: {
    summary: 'toolchain.lock does not read as a lock',
    explain:
      'The lock is written by `./mochi toolchain lock`: its first line is a digest of the rest. After a merge conflict, take ' +
      'either side, and run the command. It also takes a lock from which whole lines were removed by hand.',
    message: (facts: FileFaults) => ['The lock is damaged:', ...facts.faults.map((fault) => `  ${fault}`)].join('\n'),
    where: (facts: FileFaults) => facts.file,
    hint: () => MEND_LOCK,
  },
  TOOLCHAIN_WANTED_ABSENT: {
    summary: 'There is no toolchain.json',
    explain: 'It says which tools everybody in the company runs, and belongs to the checkout. Restore it from git.',
    message: (facts: { file: string }) => `Expected the file ${facts.file}, found nothing there.`,
    where: (facts: { file: string }) => facts.file,
    hint: () => 'git checkout HEAD -- :/toolchain/toolchain.json',
  },
  TOOLCHAIN_WANTED_INVALID: {
    summary: 'toolchain.json has faults',
    explain:
      'It is plain JSON, without comments. Every fault is listed with its line and column, what was expected and what ' +
      'was found. `toolchain/toolchain.schema.json` is the schema; editors that read `$schema` complete and check the ' +
      'file while it is written.',
    message: ({ file, faults }: DocumentFaults) => formatFaults(file, faults),
    where: ({ file, faults }: DocumentFaults) => formatPlace(file, faults[0]),
    hint: () => 'Mend the lines named above, then run ./mochi toolchain lock',
  },
  ...registryErrors,
  ...checkErrors,
  ...installedErrors,
})
