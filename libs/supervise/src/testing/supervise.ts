import { createInbox } from '@mochi/testing'
import type { Folder, Inbox } from '@mochi/testing'
import type { Change } from '../launcher/launcher.ts'
import { SupervisedService } from '../tree/supervised-service.ts'
import { Tree } from '../tree/tree.ts'

/** The log writer of this checkout, as the tree starts it in `log`. */
export const WRITER = [process.execPath, `${import.meta.dirname}/../log/main.ts`, 'main'] as const

/** What supervisors of tests have in common. */
export const options = { env: process.env, writer: WRITER } as const

/** A service directory in the care of this process, with everything that happened. It ends with the block. */
export type Supervised = AsyncDisposable & {
  readonly service: SupervisedService
  readonly changes: Inbox<Change>
}

export async function supervise({ path: folder }: Pick<Folder, 'path'>): Promise<Supervised> {
  const changes = createInbox<Change>()
  const service = await SupervisedService.open({ ...options, folder, onChange: changes.push })
  const end = async (): Promise<void> => {
    service.kill()
    await service.stop()
  }
  return { service, changes, [Symbol.asyncDispose]: end }
}

/** A tree in this process over the service directories in `service`. It ends with the block. */
export function superviseAll(folder: Pick<Folder, 'join'>): { tree: Tree } & AsyncDisposable {
  const tree = new Tree({ ...options, folder: folder.join('service') })
  const end = async (): Promise<void> => {
    tree.kill()
    await tree.stop()
  }
  return { tree, [Symbol.asyncDispose]: end }
}
