import { defineErrors } from '@mochi/errors'

type Missing = { revisions: readonly string[] }
type Shallow = {
  revision: string
  /** The commit where HEAD left it is meant. */
  fork: boolean
  head: string
  /** How many commits deep the clone has to be; undefined where the remote does not say. */
  depth: number | undefined
}

/** What keeps `mochi ci` from knowing what to check. */
export const errors = defineErrors({
  CLI_BASE_UNKNOWN: {
    summary: 'What a run is to be compared with is not in this clone',
    explain: [
      '`./mochi ci` checks what differs from a base: the commit where the branch left main, or the commit before. `--base REV`',
      'names another one, and `./mochi ci --all` needs none.',
    ].join('\n'),
    message: ({ revisions }: Missing) =>
      `Expected ${revisions.join(' or ')} to compare with, found ${revisions.length === 1 ? 'it not' : 'none of them'} in this clone.`,
    hint: ({ revisions }: Missing) => {
      const name = bare(revisions[0] ?? 'main')
      return `git fetch origin ${name}:refs/remotes/origin/${name}`
    },
  },
  CLI_BASE_AND_ALL: {
    summary: 'Everything is compared with nothing',
    explain: '`--all` checks every project, whatever differs; `--base REV` checks what differs from a commit.',
    message: () => 'Expected --all or --base, found both.',
    hint: () => './mochi ci --all',
  },
  CLI_HISTORY_SHALLOW: {
    summary: 'The clone ends before the commit to compare with',
    explain: [
      '`./mochi ci` checks what differs from a base, and a shallow clone does not reach back to it. The depth in the hint is',
      'counted from the remote, for the checkout step of the CI server too. The whole history without old files is cheap:',
      '`git fetch --unshallow --filter=blob:none`.',
    ].join('\n'),
    message: ({ fork, revision, depth }: Shallow) =>
      [
        `Expected ${fork ? `the commit where HEAD left ${revision}` : revision} in the history,`,
        'found a shallow clone that ends before it.',
        ...(depth === undefined ? [] : [`A depth of ${depth} reaches it.`]),
      ].join(' '),
    hint: ({ depth, fork, revision, head }: Shallow) =>
      depth === undefined
        ? 'git fetch --unshallow --filter=blob:none origin'
        : `git fetch --depth=${depth} origin ${head}${fork ? ` ${bare(revision)}:refs/remotes/origin/${bare(revision)}` : ''}`,
  },
})

function bare(revision: string): string {
  return revision.replace(/^origin\//, '')
}
