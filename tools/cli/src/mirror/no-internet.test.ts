import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { join } from 'node:path'
import {
  createFolder,
  isolatedEnvironment,
  listenOnFreePort,
  requireCommand,
  runProcess,
  startService,
  workspaceRoot,
} from '@mochi/testing'
import type { Folder, TestService } from '@mochi/testing'
import type { SyncEvent } from '@mochi/mirror'
import { expect, test } from 'vitest'
import type { BareMachine, Step } from './bare-machine.fixture.ts'

/** The committed state of this checkout, as some server of files in the internet has it. */
async function serveCheckout(folder: Folder) {
  const env = isolatedEnvironment(folder.path)
  const bare = folder.join('upstream.git')
  for (const args of [
    ['clone', '--quiet', '--bare', `file://${workspaceRoot}`, bare],
    ['-C', bare, 'update-server-info'],
  ])
    expect(await runProcess('git', args, { env })).toMatchObject({ code: 0 })
  return listenOnFreePort(
    createServer((request, response) => {
      const { pathname } = new URL(request.url ?? '', 'http://upstream')
      readFile(join(bare, pathname.replace(/^\/mochi\.git/, ''))).then(
        (bytes) => response.end(bytes),
        () => response.writeHead(404).end(),
      )
    }),
  )
}

/** Not every machine that tests reaches Node's own site; its archives are a second source, and npm's packages are enough. */
function isOfNodeSite(what: string): boolean {
  return /^v\d+\.\d+\.\d+\/node-v/.test(what)
}

/** Brings everything of a service up to date, as `mochi mirror sync` does. */
async function sync({ url }: TestService): Promise<SyncEvent | undefined> {
  const text = await (await fetch(`${url}/-/mochi/mirror/sync`, { method: 'POST' })).text()
  return JSON.parse(text.trimEnd().split('\n').at(-1) ?? '') as SyncEvent
}

test('what was mirrored is all that a bare machine needs once the internet is cut', { timeout: 900_000 }, async () => {
  await using folder = await createFolder({ 'bare/.keep': '' })
  const { npm_config_registry: upstream = '' } = isolatedEnvironment(folder.path)
  const [registryData, gitData] = [folder.join('registry'), folder.join('git')]
  const repositories = await mirror()

  const isNew = process.platform === 'linux' && process.getuid?.() === 0 && requireCommand('unshare', 'ip')
  const told: BareMachine = { registryData, gitData, repositories, upstream, folder: folder.join('bare'), isNew }
  const program = [
    process.execPath,
    join(import.meta.dirname, 'bare-machine.fixture.ts'),
    JSON.stringify(told),
  ] as const
  const [command, ...args] = isNew ? (['unshare', '--net', ...program] as const) : program
  const { stdout, stderr } = await runProcess(command, args)

  const steps = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Step)
  const failed = steps.filter(({ code }) => code !== 0)
  expect({ failed, stderr, last: steps.at(-1)?.step }).toEqual({ failed: [], stderr: '', last: 'a test passes' })

  async function mirror() {
    await using served = await serveCheckout(folder)
    const listed = { mochi: { url: `${served.url}/mochi.git` } }
    const registryEnv = { REGISTRY_DATA: registryData, REGISTRY_UPLINK: upstream, REGISTRY_SCOPES: '["@mochi"]' }
    await using registry = await startService('registry', {
      env: () => ({ ...registryEnv, REGISTRY_WORKSPACE: workspaceRoot }),
    })
    await using git = await startService('git', {
      env: () => ({ GIT_DATA: gitData, GIT_REPOSITORIES: JSON.stringify(listed) }),
    })
    for (const service of [registry, git]) {
      const ended = await sync(service)
      const results = ended?.is === 'ended' ? ended.results : []
      expect(results.length).toBeGreaterThan(0)
      expect(results.flatMap(({ faults }) => faults).filter(({ what }) => !isOfNodeSite(what))).toEqual([])
    }
    return listed
  }
})
