import { mkdir, rmdir } from 'node:fs/promises'
import { askTree } from '@mochi/supervise'
import { describe, expect, test } from 'vitest'
import { createPlatform, servicesIn } from '../testing/platform.ts'
import type { TestCheckout } from '../testing/platform.ts'
import type { TestContextOptions } from '../testing/test-context.ts'
import { runDown } from './down.ts'
import { runLogs } from './logs.ts'
import { runRestart } from './restart.ts'
import { runUp } from './run.ts'

const flags = { instance: undefined }
const upFlags = { ...flags, detach: true, json: true, nodes: [] }

async function restart(checkout: TestCheckout, ...names: readonly string[]): Promise<string> {
  const context = checkout.context()
  await runRestart(context, flags, ...names)
  return context.written.stdout.replaceAll(/is process .*/g, 'restarted')
}

async function down(checkout: TestCheckout, ...names: readonly string[]): Promise<string> {
  const context = checkout.context()
  await runDown(context, flags, ...names)
  return context.written.stdout
}

describe('The services that a command means', () => {
  test('are those of its checkout, and by a name all its nodes', async () => {
    await using platform = await createPlatform()
    const here = await platform.createCheckout('here', ['foo', 'bar'])
    const there = await platform.createCheckout('there', ['other'])
    await runUp(here.context(), { ...upFlags, nodes: [['foo', 2]] })
    await runUp(there.context(), upFlags)
    expect(await restart(here)).toBe('bar restarted\nfoo restarted\nfoo-2 restarted\n')
    expect(await restart(here, 'foo')).toBe('foo restarted\nfoo-2 restarted\n')
    expect(await restart(here, 'other')).toBe('other restarted\n')
    expect(await down(here, 'foo')).toBe('Stopped foo, foo-2.\n')
    expect(await down(here)).toBe('Stopped bar.\n')
    const { entries } = await askTree(platform.place, { do: 'status' })
    expect(entries.map(({ name }) => name)).toEqual(['other'])
    expect(await restart(here)).toBe('Nothing of this checkout runs.\n')
    expect(await down(here)).toBe('Nothing of this checkout runs.\n')
  })

  test('are services that run, by names that the checkout knows', async () => {
    await using platform = await createPlatform()
    const here = await platform.createCheckout('here', ['foo'])
    const known = { code: 'CLI_SERVICE_NOT_RUNNING' }
    await expect(runUp(here.context(), upFlags, 'fo')).rejects.toMatchObject({ code: 'CLI_UNKNOWN_SERVICE' })
    await expect(restart(here, 'foo')).rejects.toMatchObject(known)
    await expect(down(here, 'foo')).rejects.toMatchObject(known)
    await expect(runLogs(here.context(), { ...flags, follow: false, lines: 1 }, 'foo')).rejects.toMatchObject(known)
  })
})

test('A restart with sources that are broken fails, and what served before goes on', async () => {
  await using platform = await createPlatform()
  const here = await platform.createCheckout('here', ['foo'])
  const up = here.context()
  await runUp(up, upFlags)
  const [row] = servicesIn(up)
  await here.write('apps/foo/src/main.ts', 'this does not parse')
  await expect(restart(here, 'foo')).rejects.toMatchObject({
    code: 'CLI_SERVICE_FAILED',
    message: expect.stringContaining('    foo: the new process ended') as string,
    hint: './mochi logs foo',
  })
  expect(await (await fetch(row?.url ?? '')).json()).toMatchObject({ pid: row?.pid })
})

test('down fails while the log does not take what a service wrote, and works when it does', async () => {
  await using platform = await createPlatform()
  const here = await platform.createCheckout('here', ['foo'])
  const current = `${platform.place}/log/foo/current`
  await mkdir(current, { recursive: true })
  await runUp(here.context(), upFlags)
  await expect(down(here)).rejects.toMatchObject({
    code: 'CLI_SERVICE_NOT_STOPPED',
    message: expect.stringMatching(/ {4}foo: .*its log/) as string,
    hint: './mochi down foo',
  })
  await rmdir(current)
  expect(await down(here)).toBe('Stopped foo.\n')
})

/** Resolves once what a command has written matches. */
function writing(options: TestContextOptions, wanted: RegExp): { options: TestContextOptions; seen: Promise<unknown> } {
  const { promise: seen, resolve } = Promise.withResolvers<undefined>()
  const state = { text: '' }
  const onWrite = (text: string): void => {
    state.text += text
    if (wanted.test(state.text)) resolve(undefined)
  }
  return { options: { ...options, onWrite }, seen }
}

describe('Until Ctrl-C', () => {
  test('up shows a table on a terminal; then what it started ends, and what ran before goes on', async () => {
    await using platform = await createPlatform()
    const here = await platform.createCheckout('here', ['foo', 'bar'])
    const before = here.context()
    await runUp(before, upFlags, 'foo')
    const { options, seen } = writing({ isTTY: true }, /Ctrl-C stops bar\.\n/)
    const second = here.context(options)
    const ended = runUp(second, { ...upFlags, detach: false, json: false })
    await Promise.race([seen, ended])
    second.interrupt()
    expect(await ended).toBe(0)
    // Drawn over the one before: three lines higher, and everything below it away.
    expect(second.written.stdout).toContain('\u001b[3A\u001b[Jservice ')
    expect(second.written.stdout).toMatch(/\nbar +running .*\nfoo +running .*\nCtrl-C stops bar\.\n/)
    const { entries } = await askTree(platform.place, { do: 'status' })
    expect(entries.map(({ name, status }) => [name, status?.pid])).toEqual([['foo', servicesIn(before)[0]?.pid]])
  })

  test('the table of who started nothing ends alone, and that of services that somebody else stops ends by itself', async () => {
    await using platform = await createPlatform()
    const here = await platform.createCheckout('here', ['foo'])
    await runUp(here.context(), upFlags)
    const { options, seen } = writing({ isTTY: true }, /Ctrl-C ends this table alone\.\n/)
    const [first, second] = [here.context(options), here.context({ isTTY: true })]
    const ended = runUp(first, { ...upFlags, detach: false, json: false })
    await Promise.race([seen, ended])
    first.interrupt()
    expect(await ended).toBe(0)
    const watched = runUp(second, { ...upFlags, detach: false, json: false })
    await expect.poll(() => second.written.stdout).toContain('Ctrl-C')
    expect(await down(here)).toBe('Stopped foo.\n')
    expect(await watched).toBe(0)
    expect(second.written.stdout).toContain('The services have been stopped.\n')
  })

  test('logs shows what a service and its successor write, also after they have ended', async () => {
    await using platform = await createPlatform()
    const here = await platform.createCheckout('here', ['foo'])
    await runUp(here.context(), upFlags)
    const { options, seen } = writing({}, /listens as .*\n[^]*listens as .*\n/)
    const logs = here.context(options)
    const followed = runLogs(logs, { ...flags, follow: true, lines: 10 }, 'foo')
    await expect.poll(() => logs.written.stdout).toContain('listens as')
    await restart(here, 'foo')
    await Promise.race([seen, followed])
    logs.interrupt()
    await followed
    await down(here)
    const after = here.context()
    await runLogs(after, { ...flags, follow: false, lines: 1 }, 'foo')
    expect(after.written.stdout).toMatch(/^.*listens as .*\n$/)
    expect(logs.written.stdout).toContain(after.written.stdout)
  })
})
