import { randomBytes } from 'node:crypto'
import { open, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

/** Replaces a file by one rename: whoever reads it sees the old bytes or the new, never a part. */
export async function writeFileAtomic(
  path: string,
  data: string | Uint8Array,
  options: { mode?: number; owner?: { uid: number; gid: number } | undefined } = {},
): Promise<void> {
  const aside = join(dirname(path), `.${basename(path)}.${process.pid}-${randomBytes(4).toString('hex')}`)
  try {
    {
      await using file = await open(aside, 'wx', options.mode ?? 0o644)
      await file.writeFile(data)
      if (options.owner !== undefined) await file.chown(options.owner.uid, options.owner.gid)
      // The mode given to open is cut by the umask.
      if (options.mode !== undefined) await file.chmod(options.mode)
      await file.sync()
    }
    await rename(aside, path)
  } finally {
    await rm(aside, { force: true })
  }
}
