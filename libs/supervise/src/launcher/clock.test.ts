import { setTimeout as after } from 'node:timers/promises'
import { startProcess } from '@mochi/testing'
import type { TestProcess } from '@mochi/testing'
import { describe, expect, test, vi } from 'vitest'
import { askLauncher } from '../control/client.ts'
import { createServiceFolder } from '../testing/service-folder.ts'
import { defaultPatience } from '../launch-spec.ts'

const PRELOAD = `${import.meta.dirname}/../testing/clock.fixture.ts`
const SERVICE = `${import.meta.dirname}/../testing/server.fixture.ts`
const HOUR = 3_600_000

/** After so many milliseconds, what has not happened counts as what never does; only the naive one comes to it. */
const NEVER = 1_500

/** Against hanging only. */
const WAIT = { timeout: 20_000, interval: 10 }

type Clocked = AsyncDisposable & {
  readonly run: TestProcess
  readonly control: string
  /** Until it waits for its service to drain. */
  readonly draining: () => Promise<unknown>
}

type Make = (manner: string, jump: number) => Promise<Clocked>

const keepWell: Make = async (manner, jump) => {
  const sockets = { public: { host: '127.0.0.1', port: 0 } }
  const folder = await createServiceFolder(['server.fixture.ts', manner], {
    sockets,
    patience: { ...defaultPatience, backoff: 200 },
  })
  const run = start([`${import.meta.dirname}/main.ts`], { jump, folder: folder.path })
  const dispose = async (): Promise<void> => {
    await run[Symbol.asyncDispose]()
    await folder[Symbol.asyncDispose]()
  }
  const control = folder.join('launcher/control')
  const isDraining = async (): Promise<boolean> => {
    const { status } = await askLauncher(control, { do: 'status' })
    return status.phase === 'stopping' && status.draining === 1
  }
  const draining = () => vi.waitUntil(isDraining, WAIT)
  return { run, control, draining, [Symbol.asyncDispose]: dispose }
}

const keepNaively: Make = (manner, jump) => {
  const command = [`${import.meta.dirname}/naive-clock.fixture.ts`, process.execPath, SERVICE, manner]
  const run = start(command, { jump, folder: import.meta.dirname })
  const draining = () => run.waitFor('drains')
  return Promise.resolve({ run, control: '', draining, [Symbol.asyncDispose]: () => run[Symbol.asyncDispose]() })
}

function start(command: readonly string[], { jump, folder }: { jump: number; folder: string }): TestProcess {
  const env = { ...process.env, CLOCK_JUMP: String(jump) }
  return startProcess(process.execPath, ['--import', PRELOAD, ...command], { cwd: folder, env })
}

async function jump(run: TestProcess): Promise<number> {
  const from = run.output.length
  run.kill('SIGUSR2')
  await run.waitFor('the clock has jumped', { from })
  return run.output.indexOf('the clock has jumped', from)
}

const LATE = 'did not end in time'
const CRASHED = /ended without being told to[^]*ended without being told to/

/** Whether a service that ends at once is still started anew after its clock was set back. */
async function startsAnew(make: Make): Promise<boolean> {
  await using keeper = await make('crashes', -HOUR)
  await keeper.run.waitFor(CRASHED)
  const from = await jump(keeper.run)
  const again = keeper.run.waitFor(CRASHED, { from }).then(() => true)
  if (make === keepWell) return await again
  return await Promise.race([again.catch(() => false), after(NEVER, false)])
}

/** Whether a service that drains has its time, though the clock says that an hour has gone by. */
async function letsDrain(make: Make): Promise<boolean> {
  await using keeper = await make('deaf', HOUR)
  const { run } = keeper
  await run.waitFor('serves')
  run.kill('SIGTERM')
  await keeper.draining()
  const from = await jump(run)
  if (make === keepNaively) await run.waitFor(LATE, { from })
  else await keeper.draining()
  return !run.output.includes(LATE)
}

describe.concurrent('When its clock jumps, a launcher', { timeout: 30_000 }, () => {
  test('starts anew what ends; with times of day it would not', async () => {
    expect(await startsAnew(keepWell)).toBe(true)
    expect(await startsAnew(keepNaively)).toBe(false)
  })

  test('gives a service its time to drain; with times of day it would not', async () => {
    expect(await letsDrain(keepWell)).toBe(true)
    expect(await letsDrain(keepNaively)).toBe(false)
  })

  test('says the same of since when its service serves', async () => {
    await using keeper = await keepWell('good', -HOUR)
    await keeper.run.waitFor('serves')
    const { status } = await askLauncher(keeper.control, { do: 'start' })
    await jump(keeper.run)
    expect((await askLauncher(keeper.control, { do: 'status' })).status).toEqual(status)
  })
})
