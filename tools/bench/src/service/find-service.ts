import { askLauncher, controlPath } from '@mochi/supervise'
import type { Served } from '../swap/platform.ts'

/** Where the service of a directory serves, once it does. Throws where its process has no number of its own. */
export async function findService(directory: string): Promise<Served> {
  const { status } = await askLauncher(controlPath(directory), { do: 'start' })
  const { name, pid = 0, sockets } = status
  if (pid <= 1) throw new Error(`no ${name} serves`)
  return { url: `http://127.0.0.1:${sockets.public?.port}`, pid }
}
