import { describe, expect, test } from 'vitest'
import { createPlatform } from '../testing/platform.ts'
import type { TestContext } from '../testing/test-context.ts'
import { runMirrorAck } from './ack.ts'
import { startMirror } from './mirror.fixture.ts'
import type { Letters, MirrorRig } from './mirror.fixture.ts'
import { runMirrorPlan } from './plan.ts'
import { formatProgress } from './progress.ts'
import { proposeSources } from './propose-sources.ts'
import { runMirrorPrune } from './prune.ts'
import { runMirrorStatus } from './status.ts'
import { runMirrorSync } from './sync.ts'

const flags = { instance: undefined, json: false }
const json = { ...flags, json: true }
const A_AND_B: Letters = { wanted: ['a', 'b'] }

async function call(rig: MirrorRig, run: (context: TestContext) => Promise<number | undefined>) {
  const context = rig.checkout.context()
  const code = (await run(context)) ?? 0
  return { code, ...context.written }
}

const sync = (rig: MirrorRig) => call(rig, (context) => runMirrorSync(context, flags))
const status = (rig: MirrorRig) => call(rig, (context) => runMirrorStatus(context, flags))

describe('mochi mirror', () => {
  test('plans, does what it planned, and then says how old it is', async () => {
    await using rig = await startMirror(A_AND_B)

    const plan = await call(rig, (context) => runMirrorPlan(context, flags))
    expect(plan).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('letters: 2 wanted, 0 held, 2 to fetch') as string,
    })
    expect(plan.stdout).toContain('  letter a\n  letter b\n')
    expect(await status(rig)).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/^letters +0 +0 B +never/m) as string,
    })

    const synced = await sync(rig)
    expect(synced.code).toBe(0)
    expect(synced.stderr).toMatch(/letters: 2 of 2 done in .*, 2 fetched, 2 kB/)
    expect(await status(rig)).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^letters +2 +2 kB +\d+ m?s +2 fetched/m) as string,
    })
    expect((await call(rig, (context) => runMirrorPlan(context, flags))).stdout).toContain(
      '2 wanted, 2 held, 0 to fetch',
    )
  })

  test('fails when something cannot be had, and says what', async () => {
    await using rig = await startMirror({ ...A_AND_B, fails: { b: 'it is away' } })

    expect(await sync(rig)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('letters: b failed: it is away\n') as string,
    })
    expect(await status(rig)).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('1 failed: b: it is away') as string,
    })
  })

  test('plans what cannot be had too', async () => {
    await using rig = await startMirror({ ...A_AND_B, unobtainable: [{ what: 'c', reason: 'it comes from git' }] })

    const plan = await call(rig, (context) => runMirrorPlan(context, flags))

    expect(plan).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/cannot be had:\n +c +it comes from git/) as string,
    })
  })

  test('fails until somebody has looked at what upstream did', async () => {
    await using rig = await startMirror({ wanted: ['a'], finds: [{ id: 'changed-a', isOpen: true }] })

    expect(await sync(rig)).toMatchObject({ code: 1, stdout: 'A finding waits for somebody: ./mochi mirror status\n' })
    expect(await status(rig)).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/changed-a +changed +a: has other bytes/) as string,
    })
    const ack = { ...flags, all: false, reason: 'asked upstream' }
    expect(await call(rig, (context) => runMirrorAck(context, ack, 'changed-a'))).toMatchObject({
      stdout: expect.stringContaining('Acknowledged:') as string,
    })
    expect((await status(rig)).code).toBe(0)
    expect((await call(rig, (context) => runMirrorAck(context, { ...ack, all: true }))).stdout).toContain(
      'Nothing was left',
    )
  })

  test('acknowledges nothing that was not named, and nothing that there is not', async () => {
    await using rig = await startMirror(A_AND_B)
    const ack = { ...flags, all: false, reason: 'none' }

    await expect(call(rig, (context) => runMirrorAck(context, ack))).rejects.toMatchObject({
      code: 'CLI_MIRROR_ACK_NOTHING',
    })
    await expect(call(rig, (context) => runMirrorAck(context, { ...ack, reason: ' ' }, 'x'))).rejects.toMatchObject({
      code: 'CLI_MIRROR_ACK_WHY',
    })
    await expect(call(rig, (context) => runMirrorAck(context, ack, 'x'))).rejects.toMatchObject({
      code: 'MIRROR_NO_FINDING',
    })
  })

  test('removes what nobody wants, after it has shown it', async () => {
    await using rig = await startMirror(A_AND_B)
    await sync(rig)
    await rig.want({ wanted: ['a'] })
    const prune = (apply: boolean) => call(rig, (context) => runMirrorPrune(context, { ...flags, apply }))

    expect((await prune(false)).stdout).toContain('1 file, 1 kB would be removed.')
    expect((await prune(true)).stdout).toContain('Removed 1 file, 1 kB.')
    expect((await prune(false)).stdout).toBe('Nothing is held that nobody wants.\n')
  })

  test('tells programs in one document', async () => {
    await using rig = await startMirror(A_AND_B)

    const synced = await call(rig, (context) => runMirrorSync(context, json))
    expect(JSON.parse(synced.stdout)).toMatchObject({ results: [{ source: 'letters', fetched: 2 }], open: 0 })
    expect(synced.stderr).toBe('')
    const found = await call(rig, (context) => runMirrorStatus(context, json))
    expect(JSON.parse(found.stdout)).toMatchObject({
      services: [{ name: 'letters', sources: [{ source: 'letters' }] }],
    })
  })

  test('refuses a source that nothing mirrors, and proposes those that there are', async () => {
    await using rig = await startMirror(A_AND_B)
    const run = call(rig, (context) => runMirrorSync(context, flags, 'numbers'))

    await expect(run).rejects.toMatchObject({ code: 'MIRROR_NO_SOURCE' })
    expect(await proposeSources(rig.checkout.context(), 'let')).toEqual(['letters'])
  })

  test('says that a run was cut off when the service dies', async () => {
    await using rig = await startMirror({ ...A_AND_B, dies: true })

    await expect(sync(rig)).rejects.toMatchObject({ code: 'CLI_MIRROR_CUT' })
  })

  test('ends a run with Ctrl-C, and says that what was fetched is kept', async () => {
    await using rig = await startMirror({ ...A_AND_B, waits: true })
    const context = rig.checkout.context()
    const end = new AbortController()
    const stderr = {
      ...context.stderr,
      write: (text: string) => {
        context.stderr.write(text)
        if (text.includes('2 to look at')) end.abort('SIGINT')
      },
    }

    expect(await runMirrorSync({ ...context, stderr, interrupted: () => end.signal }, flags)).toBe(130)
    expect(context.written.stderr).toContain('What was fetched is kept')
  })

  test('says that nothing mirrors where nothing runs', async () => {
    await using platform = await createPlatform()
    const checkout = await platform.createCheckout('here', [])

    await expect(runMirrorStatus(checkout.context(), flags)).rejects.toMatchObject({ code: 'CLI_MIRROR_NONE' })
  })
})

test('progress has count, bytes, rate and the time that is left', () => {
  const progress = { source: 'packages', done: 25, of: 100, fetched: 20, bytes: 5_000_000, elapsed: 10_000 }

  expect(formatProgress(progress)).toBe('packages: 25 of 100, 20 fetched, 5 MB, 500 kB/s, 30 s left')
})
