import { chmod } from 'node:fs/promises'
import { createFolder } from '@mochi/testing'
import { Git } from './git.ts'

/** A `git` that is this script. */
export async function fakeGit(script: string) {
  const folder = await createFolder()
  await folder.write({ git: `#!/bin/sh\n${script}\n` })
  await chmod(folder.join('git'), 0o755)
  return Object.assign(folder, {
    git: new Git({
      PATH: `${folder.path}:/usr/bin:/bin`,
      HOME: folder.path,
      GIT_DIR: '/elsewhere',
      GIT_CONFIG_COUNT: '1',
    }),
  })
}
