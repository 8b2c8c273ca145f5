import { closeSync, openSync, readFileSync } from 'node:fs'
import { createFolder, createInbox } from '@mochi/testing'
import type { Folder, Inbox } from '@mochi/testing'
import type { ChildStreams } from '../launcher/child.ts'
import { Launcher } from '../launcher/launcher.ts'
import type { Change } from '../launcher/launcher.ts'
import { defaultPatience } from '../launch-spec.ts'
import type { LaunchSpec } from '../launch-spec.ts'

const FIXTURE = `${import.meta.dirname}/server.fixture.ts`

/** A launcher in this process with real children, and everything that happened in it. */
export type Launched = AsyncDisposable & {
  readonly launcher: Launcher
  readonly folder: Folder
  readonly url: string
  /** What happened, to be waited for. */
  readonly changes: readonly Change[]
  until(what: Change['what'], times?: number): Promise<Change>
  /** What the children wrote. */
  output(): string
}

export type LaunchOptions = Partial<Omit<LaunchSpec, 'patience'>> & {
  manner?: string
  patience?: Partial<LaunchSpec['patience']>
  env?: Readonly<Record<string, string>>
  /** False where the address is still another's. */
  isOpened?: boolean
}

export async function launch(options: LaunchOptions = {}): Promise<Launched> {
  const { manner = 'good', env = {}, isOpened = true, patience, ...rest } = options
  const folder = await createFolder({ output: '' })
  const changes: Change[] = []
  const inboxes = new Map<Change['what'], Inbox<Change>>()
  const inboxOf = (what: Change['what']): Inbox<Change> => {
    const inbox = inboxes.get(what) ?? createInbox<Change>()
    inboxes.set(what, inbox)
    return inbox
  }
  const spec: LaunchSpec = {
    name: 'fixture',
    command: [process.execPath, FIXTURE, manner],
    folder: folder.path,
    sockets: { public: { host: '127.0.0.1', port: 0 } },
    ready: 'message',
    limits: {},
    ...rest,
    patience: { ...defaultPatience, ...patience },
  }
  const launcher = new Launcher({
    ...{ spec, openStreams: () => openStreams(folder.join('output')) },
    env: { ...process.env, ...env },
  })
  if (isOpened) launcher.open()
  launcher.subscribe((change) => {
    changes.push(change)
    inboxOf(change.what).push(change)
  })
  const until = async (what: Change['what'], times = 1): Promise<Change> => {
    const items = await inboxOf(what).waitForCount(times)
    const change = items[times - 1]
    if (change === undefined) throw new Error(`no change ${times}`)
    return change
  }
  return {
    ...{ launcher, folder, changes, until },
    url: `http://127.0.0.1:${launcher.status.sockets.public?.port}`,
    output: () => readFileSync(folder.join('output'), 'utf8'),
    [Symbol.asyncDispose]: async () => {
      if (launcher.status.phase !== 'down') {
        const downs = inboxOf('down').items.length
        launcher.kill()
        await until('down', downs + 1)
      }
      launcher[Symbol.dispose]()
      await folder[Symbol.asyncDispose]()
    },
  }
}

function openStreams(path: string): ChildStreams {
  const fd = openSync(path, 'a')
  return { stdout: fd, stderr: fd, [Symbol.dispose]: () => closeSync(fd) }
}
