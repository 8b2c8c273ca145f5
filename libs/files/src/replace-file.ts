import { randomBytes } from 'node:crypto'
import { open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'

/**
 * Replaces a file as a whole: who reads it, also after a crash of the machine, finds the old text or the new one. Of several at one
 * time one is last. A crash may leave a draft beside it, `FILE.tmp-` and letters or digits.
 */
export async function replaceFile(file: string, text: string): Promise<void> {
  const draft = `${file}.tmp-${randomBytes(6).toString('hex')}`
  try {
    await using handle = await open(draft, 'wx', 0o600)
    await handle.writeFile(text)
    await handle.sync()
    await rename(draft, file)
  } catch (error) {
    await rm(draft, { force: true })
    throw error
  }
  await using folder = await open(dirname(file), 'r')
  await folder.sync()
}
