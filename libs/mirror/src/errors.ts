import { defineErrors } from '@mochi/errors'
import type { Progress } from './status.ts'

/** What a mirror refuses. */
export const errors = defineErrors({
  MIRROR_BUSY: {
    summary: 'A mirror is being brought up to date already',
    explain: `Of each service one run goes on at a time: two would fetch the same twice. \`./mochi mirror status\` shows how far the one that goes on
has come; what it fetches need not be fetched again.`,
    message: ({ running }: { running: Progress | undefined }) =>
      running === undefined
        ? 'Expected no other run of this mirror, found one that has just begun.'
        : `Expected no other run of this mirror, found one of ${running.source}: ${running.done} of ${running.of} done.`,
    hint: () => './mochi mirror status',
  },
  MIRROR_NO_SOURCE: {
    summary: 'No mirror has a source of this name',
    explain: `Sources are \`packages\`, \`toolchain\` and \`git:NAME\` for each repository that \`services.git.repositories\` of \`mochi.json\` lists.`,
    message: ({ name, names }: { name: string; names: readonly string[] }) =>
      `Expected one of ${names.length === 0 ? 'no sources at all' : names.join(', ')}, found ${JSON.stringify(name)}.`,
    hint: () => './mochi mirror status',
  },
  MIRROR_NO_FINDING: {
    summary: 'No mirror has found anything of this id',
    explain: `What a mirror finds has an id, which \`./mochi mirror status\` shows. Findings that were acknowledged a thousand findings ago are
forgotten.`,
    message: ({ id }: { id: string }) => `Expected the id of a finding, found ${JSON.stringify(id)}.`,
    hint: () => './mochi mirror status',
  },
})
