import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createFolder, createRandom, runProcess, seedFromEnvironment, soakCount } from '@mochi/testing'
import { expect, test } from 'vitest'
import { startRegistry } from '../registry.fixture.ts'
import { startUpstream } from '../upstream.fixture.ts'
import { askOf, pnpmLockOf, tarballsAsked } from './sync.fixture.ts'
import type { Locked } from './sync.fixture.ts'

const PROGRAM = join(import.meta.dirname, 'sync-program.fixture.ts')
const POINTS = soakCount(10)
/** Only against hanging: each point starts a process on a machine that may be busy. Milliseconds. */
const PATIENCE = { timeout: POINTS * 20_000 }

const PACKAGES: Locked = Object.fromEntries(
  Array.from({ length: 6 }, (_, index) => [`package-${index}`, [{ version: '1.0.0' }, { version: '1.1.0' }]]),
)
/** Of a run that nobody ends; the test below counts them anew. */
const WHOLE = /(\d+) steps/

async function createRig() {
  await using created = new AsyncDisposableStack()
  const upstream = created.use(await startUpstream())
  for (const [name, versions] of Object.entries(PACKAGES)) upstream.publish(name, ...versions)
  const folder = created.use(await createFolder({ 'workspace/pnpm-lock.yaml': pnpmLockOf(PACKAGES) }))
  const all = created.move()
  const workspace = folder.join('workspace')
  return {
    upstream,
    workspace,
    data: (name: string) => folder.join(name),
    /** Mirrors, and kills itself at a step; 0: never. */
    run: (data: string, last: number) =>
      runProcess(process.execPath, [PROGRAM, folder.join(data), upstream.url, workspace, String(last)]),
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  }
}

/** Files below a folder of the mirror, by their names. */
async function filesIn(folder: string): Promise<{ name: string; bytes: Buffer }[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile())
  return Promise.all(
    files.map(async ({ name, parentPath }) => ({ name, bytes: await readFile(join(parentPath, name)) })),
  )
}

test(
  'killed at any point of a run, nothing wrong is ever seen, and the next run goes on from there',
  PATIENCE,
  async () => {
    await using rig = await createRig()
    const [, count = '0'] = WHOLE.exec((await rig.run('whole', 0)).stdout) ?? []
    const steps = Number(count)
    expect(steps).toBeGreaterThan(50)
    const random = createRandom(seedFromEnvironment())
    for (let point = 0; point < POINTS; point++) {
      const last = random.integer(1, steps)
      const data = `data-${point}`
      expect((await rig.run(data, last)).signal, `step ${last}`).toBe('SIGKILL')
      const before = await filesIn(join(rig.data(data), 'mirror/tarballs'))
      for (const { name, bytes } of before) expect(createHash('sha512').update(bytes).digest('hex')).toBe(name)
      rig.upstream.asked.length = 0

      await using registry = await startRegistry({
        uplink: rig.upstream.url,
        data: rig.data(data),
        config: { workspace: rig.workspace, toolchain: '' },
      })
      const { results, failed } = await askOf(registry).sync()

      expect(failed, `step ${last}`).toEqual([])
      expect(results).toMatchObject([{ done: 6, of: 6 }])
      // What was there is not fetched again.
      expect(tarballsAsked(rig.upstream).length).toBe(12 - before.length)
      expect(await readdir(join(rig.data(data), 'mirror/drafts'))).toEqual([])
      await Promise.all(
        Object.keys(PACKAGES).map(async (name) => {
          expect((await registry.get(`/${name}/-/${name}-1.1.0.tgz`)).status).toBe(200)
        }),
      )
    }
  },
)
