import { defineErrors } from '@mochi/errors'

/** What this library refuses. */
export const errors = defineErrors({
  LOCK_FILE_UNREADABLE: {
    summary: 'A lock file cannot be understood',
    explain: `\`pnpm-lock.yaml\`, \`package-lock.json\`, \`npm-shrinkwrap.json\` and \`yarn.lock\` are understood: those of pnpm since 8, of npm since 5, and
of every yarn. One that is damaged, or still has the marks of a merge that nobody has ended, is refused as a whole: half of what it names would be
taken for all of it.`,
    message: ({ file, reason }: { file: string; reason: string }) =>
      `Expected a lock file in ${file}, found ${reason}.`,
    where: ({ file }: { file: string }) => file,
    hint: () => 'install anew with the package manager that wrote it',
  },
})
