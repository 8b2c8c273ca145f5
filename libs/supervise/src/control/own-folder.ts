import { chmod, lstat, mkdir } from 'node:fs/promises'
import { errors } from '../errors.ts'

/** Makes the folder of a control socket, which only its owner can enter. Throws SUPERVISE_FOLDER_OF_OTHERS. */
export async function makeOwnFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await requireOwnFolder(folder)
  await chmod(folder, 0o700)
}

/**
 * Somebody else's folder, or a link to one, is refused: the socket in it would be theirs. Root may ask the services of
 * others. Throws SUPERVISE_FOLDER_OF_OTHERS.
 */
export async function requireOwnFolder(folder: string): Promise<void> {
  const found = await lstat(folder)
  const uid = process.getuid?.()
  if (!found.isDirectory() || (found.uid !== uid && uid !== 0)) throw errors.SUPERVISE_FOLDER_OF_OTHERS({ folder })
}
