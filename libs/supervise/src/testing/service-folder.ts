import { mkdir } from 'node:fs/promises'
import { createFolder } from '@mochi/testing'
import type { Folder } from '@mochi/testing'
import { applyDirectory } from '../directory/apply.ts'
import { planDirectory } from '../directory/plan.ts'
import { defaultPatience } from '../launch-spec.ts'
import type { LaunchSpec } from '../launch-spec.ts'
import type { ProcessRecord } from '../process-record.ts'
import { findLiving } from '../tree/process-records.ts'

/** A service directory whose service is a fixture of this folder. */
export async function createServiceFolder(
  command: readonly [string, ...string[]],
  spec: Partial<LaunchSpec> = {},
): Promise<Folder> {
  const folder = await createFolder()
  await writeServiceFolder(folder.path, command, spec)
  const end = (): void => {
    for (const file of ['launcher', 'log'])
      for (const record of findLiving(folder.join(file, 'processes.json'))) kill(record)
  }
  const dispose = async (): Promise<void> => {
    end()
    await folder[Symbol.asyncDispose]()
  }
  return { ...folder, [Symbol.asyncDispose]: dispose }
}

/** What a supervisor that was killed left, where the test that killed it did not come to its end. */
function kill({ pid }: ProcessRecord): void {
  process.kill(pid, 'SIGKILL')
}

/** The same in a folder that is there. */
export async function writeServiceFolder(
  folder: string,
  command: readonly [string, ...string[]],
  spec: Partial<LaunchSpec> = {},
): Promise<void> {
  const [fixture, ...args] = command
  const plan = planDirectory({
    spec: {
      name: 'fixture',
      command: [process.execPath, `${import.meta.dirname}/${fixture}`, ...args],
      folder,
      sockets: {},
      ready: 'message',
      patience: defaultPatience,
      limits: {},
      ...spec,
    },
    env: {},
    launcher: [process.execPath, `${import.meta.dirname}/../launcher/main.ts`],
    writer: [process.execPath, `${import.meta.dirname}/../log/main.ts`, 'main'],
    log: {},
    isDown: false,
  })
  await mkdir(folder, { recursive: true })
  await applyDirectory(folder, plan)
}
