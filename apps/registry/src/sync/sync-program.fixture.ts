import { openDraft } from '@mochi/files'
import type { OpenDraft } from '@mochi/files'
import { readConfig } from '@mochi/service'
import { createApp } from '../app.ts'
import { configSchema } from '../config.ts'

/** A registry of a process of its own that mirrors a workspace, and kills itself before it does the given step on a file. */
const [, , data = '', uplink = '', workspace = '', given = ''] = process.argv
const last = Number(given)
const count = { steps: 0 }

async function step<Value>(work: () => Promise<Value>): Promise<Value> {
  count.steps += 1
  if (count.steps === last) process.kill(process.pid, 'SIGKILL')
  return work()
}

const openCounted: OpenDraft = async (path) => {
  const draft = await step(() => openDraft(path))
  return {
    write: (bytes) => step(() => draft.write(bytes)),
    sync: () => step(() => draft.sync()),
    close: () => step(() => draft.close()),
  }
}

const environment = {
  REGISTRY_DATA: data,
  REGISTRY_UPLINK: uplink,
  REGISTRY_WORKSPACE: workspace,
  REGISTRY_TOOLCHAIN: '',
  REGISTRY_SCOPES: '["@acme"]',
}
const settings = readConfig(configSchema, environment)
const service = createApp({ ...settings, port: 0, logLevel: 'silent' }, { openDraft: openCounted, pauses: [] })
const running = await service.start()
const response = await fetch(`${running.url}/-/mochi/mirror/sync`, { method: 'POST' })
console.log((await response.text()).trim().split('\n').at(-1))
console.log(`${count.steps} steps`)
await running.stop({ idleGrace: 0, deadline: 0 })
