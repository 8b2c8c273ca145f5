import { join } from 'node:path'

/** What fits into `sun_path` on macOS (104 bytes with its end) and so everywhere. */
const LONGEST = 103

/** The same for everybody who asks, whatever their `TMPDIR`; whose the folder in it is, is looked at. */
const HERE = { temporary: '/tmp', uid: process.getuid?.() ?? 0 }

/**
 * The local socket of the launcher in a service directory. In a place whose path is too long for a socket it stands in a
 * folder of the user's below `temporary`, named by the directory.
 */
export function controlPath(folder: string, { temporary, uid } = HERE): string {
  const path = join(folder, 'launcher/control')
  if (Buffer.byteLength(path) <= LONGEST) return path
  // Loaded here, because few paths are so long, and it would be 2 MB of every launcher.
  const { createHash } = process.getBuiltinModule('node:crypto')
  const name = createHash('sha256').update(folder).digest('hex').slice(0, 16)
  return join(temporary, `mochi-${uid}`, name)
}
