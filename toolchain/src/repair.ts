import { execFile } from 'node:child_process'
import { mkdir, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { errors } from './errors.ts'
import { exchange } from './move.ts'
import type { Platform } from './platforms.ts'
import { workFolderName } from './work-folder.ts'

export type RepairOptions = {
  root: string
  prefix: string
  platform: Platform
  environment: Readonly<Record<string, string | undefined>>
  /** Folders below the prefix to replace. */
  damaged: readonly string[]
}

/**
 * Puts fresh folders in the place of damaged ones. The fresh ones are installed into a prefix of their own inside
 * `tmp/`, by the same installer and with the same checks, and only then exchanged: each folder is away for the moment
 * between two renames (longer where a file system cannot rename it), a program that runs from it keeps its open files, and
 * when the installation fails nothing has changed. Error: TOOLCHAIN_REPAIR_FAILED.
 */
export async function repair(options: RepairOptions): Promise<void> {
  // The installer removes work folders whose process is gone; ours lives.
  const work = join(options.prefix, 'tmp', workFolderName())
  const fresh = join(work, 'fresh')
  try {
    await mkdir(fresh, { recursive: true, mode: 0o700 })
    await install(fresh, options)
    for (const [index, folder] of options.damaged.entries()) {
      await mkdir(dirname(join(options.prefix, folder)), { recursive: true })
      await exchange(join(options.prefix, folder), join(fresh, folder), join(work, `damaged-${index}`))
    }
  } finally {
    await rm(work, { recursive: true, force: true })
  }
}

async function install(prefix: string, { root, platform, environment }: RepairOptions): Promise<void> {
  const args = ['--prefix', prefix, '--platform', platform, '--quiet']
  try {
    await promisify(execFile)(join(root, 'toolchain/install'), args, { env: { ...environment } })
  } catch (cause) {
    const words = (cause as { stderr?: unknown }).stderr
    const reason = typeof words === 'string' && words !== '' ? words.trim() : 'toolchain/install did not run'
    throw errors.TOOLCHAIN_REPAIR_FAILED({ reason }, { cause })
  }
}
