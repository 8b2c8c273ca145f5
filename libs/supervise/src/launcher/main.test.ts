import { startProcess } from '@mochi/testing'
import type { TestProcess } from '@mochi/testing'
import { describe, expect, test } from 'vitest'
import { askLauncher } from '../control/client.ts'
import { startOf } from '../process-start.ts'
import { createServiceFolder } from '../testing/service-folder.ts'

/** Only against hanging. */
const PATIENT = { timeout: 20_000, interval: 5 }

const anyPort = { public: { host: '127.0.0.1', port: 0 } }

describe('run of a service directory', { timeout: 30_000 }, () => {
  test('is one launcher: HUP swaps, TERM drains and ends, and the service writes where it does', async () => {
    await using folder = await createServiceFolder(['server.fixture.ts'], { sockets: anyPort })
    await using run = startProcess(folder.join('run'), [], { cwd: folder.path })
    await run.waitFor('serves')
    const control = folder.join('launcher/control')
    const { status } = await askLauncher(control, { do: 'status' })
    const url = `http://127.0.0.1:${status.sockets.public?.port}/`
    const before = await (await fetch(url, { headers: { connection: 'close' } })).text()
    run.kill('SIGHUP')
    await run.waitFor('drains: a successor follows')
    const after = await (await fetch(url, { headers: { connection: 'close' } })).text()
    expect(after).not.toBe(before)
    run.kill('SIGTERM')
    await run.waitFor('drains: no successor')
    expect(await run.ended).toMatchObject({ code: 0 })
  })

  test('killed, is followed by one that takes over the service where it listens, and ends it', async () => {
    await using folder = await createServiceFolder(['server.fixture.ts'], { sockets: anyPort })
    const control = folder.join('launcher/control')
    await using first = startProcess(folder.join('run'), [], { cwd: folder.path })
    await first.waitFor('serves')
    const before = (await askLauncher(control, { do: 'start' })).status
    first.kill('SIGKILL')
    await first.waitFor('lost its launcher')
    await using second = startProcess(folder.join('run'), [], { cwd: folder.path })
    await expect.poll(() => askLauncher(control, { do: 'status' }).catch(() => undefined), PATIENT).toBeDefined()
    const { status } = await askLauncher(control, { do: 'status' })
    expect(status).toMatchObject({ phase: 'running', pid: before.pid, readySince: before.readySince })
    expect(status.sockets).toEqual(before.sockets)
    const restarted = await askLauncher(control, { do: 'restart' })
    expect(restarted).toMatchObject({ status: { phase: 'running', sockets: before.sockets } })
    await stop(second)
    expect(startOf(before.pid ?? 0)).toBeUndefined()
    expect(startOf(restarted.status.pid ?? 0)).toBeUndefined()
  })

  test('says in the log what happens to the service', async () => {
    await using folder = await createServiceFolder(['server.fixture.ts', 'crashes'], { sockets: anyPort })
    await using run = startProcess(folder.join('run'), [], { cwd: folder.path })
    await run.waitFor(/launcher of fixture: process \d+ ended without being told to; it is started anew/)
    await stop(run)
  })

  test('refuses a launch.json that it does not understand, with every fault', async () => {
    await using folder = await createServiceFolder(['server.fixture.ts'])
    await folder.write({ 'launch.json': '{"name": "foo"}' })
    await using run = startProcess(folder.join('run'), [], { cwd: folder.path })
    const { code, stdout } = await run.ended
    expect(code).toBe(1)
    expect(stdout).toContain('SUPERVISE_LAUNCH_FILE')
    expect(stdout).toContain('folder has to be a text')
  })

  test('refuses to be the second one', async () => {
    await using folder = await createServiceFolder(['server.fixture.ts'], { sockets: anyPort })
    await using first = startProcess(folder.join('run'), [], { cwd: folder.path })
    await first.waitFor('serves')
    await using second = startProcess(folder.join('run'), [], { cwd: folder.path })
    expect((await second.ended).stdout).toContain('SUPERVISE_ALREADY_RUNS')
    await stop(first)
  })
})

async function stop(run: TestProcess): Promise<void> {
  run.kill('SIGTERM')
  await run.ended
}
