import { expect, test } from 'vitest'
import { launchProgram } from './launched.fixture.ts'

const COMMAND = [`${import.meta.dirname}/drain.fixture.ts`, 'graceful']

test('a service under a launcher says that it is ready and serves on the socket it was given', async () => {
  await using launched = launchProgram(COMMAND, ['public'])

  expect(await launched.messages.waitForCount(1)).toEqual([{ type: 'ready' }])
  expect(await (await fetch(`${launched.urls[0]}/quick`)).text()).toBe('quick')
})

test.each([true, false])('the order to drain ends it with 0, successor: %s', async (hasSuccessor) => {
  await using launched = launchProgram(COMMAND, ['public'])
  await launched.messages.waitForCount(1)
  launched.send({ type: 'drain', hasSuccessor })

  expect(await launched.ended).toBe(0)
})

test('a service whose launcher has died goes on serving', async () => {
  await using launched = launchProgram(COMMAND, ['public'])
  await launched.messages.waitForCount(1)
  launched.closeChannel()

  expect(await (await fetch(`${launched.urls[0]}/quick`)).text()).toBe('quick')
})

test('a service ends with a launcher that nobody takes over from', async () => {
  await using launched = launchProgram(COMMAND, ['public'], { MOCHI_ENDS_WITH_LAUNCHER: '1' })
  await launched.messages.waitForCount(1)
  launched.closeChannel()

  expect(await launched.ended).toBe(0)
})

test('a service whose launcher died before it was ready ends: nobody would find it', async () => {
  await using launched = launchProgram(COMMAND, ['public'])
  launched.closeChannel()

  expect(await launched.ended).toBe(0)
  expect(launched.messages.items).toEqual([])
})
