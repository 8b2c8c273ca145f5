import { defineErrors } from '@mochi/errors'

export const errors = defineErrors({
  CHECK_NO_FILE_LIST: {
    summary: 'git could not list the files of the workspace',
    explain:
      'The checks look at the files that git knows or would add. They need `git` on PATH and a checkout made by `git clone`; in an unpacked archive, `git init` is enough.',
    message: (facts: { root: string; output: string }) => `git ls-files failed: ${facts.output}`,
    where: ({ root }: { root: string; output: string }) => root,
    hint: ({ root, output }: { root: string; output: string }) =>
      output.includes('not a git repository') ? `git init '${root}'` : `git -C '${root}' status`,
  },
})
