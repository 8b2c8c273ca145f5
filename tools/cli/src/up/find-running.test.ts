import { expect, test } from 'vitest'
import { runCli } from '../run-cli.ts'
import { createPlatform } from '../testing/platform.ts'
import { runUp } from './run.ts'
import { findRunning } from './find-running.ts'
import { listInstances } from './list-instances.ts'

const flags = { detach: true, instance: undefined, nodes: [], json: false }

test('the tools are not removed below services that run: which they are is said, and how to stop them', async () => {
  await using platform = await createPlatform()
  const checkout = await platform.createCheckout('checkout', ['foo', 'bar'])
  for (const folder of ['env', 'opt']) await checkout.write(`../prefix/${folder}/kept`, '')
  expect(await findRunning(platform.prefix)).toEqual([])
  await runUp(checkout.context(), flags)
  expect(await findRunning(platform.prefix)).toMatchObject([{ place: { instance: undefined }, names: ['bar', 'foo'] }])
  const context = checkout.context({ answer: () => undefined })
  expect(await runCli(['uninstall', '--yes'], context, '0')).toBe(1)
  expect(context.written.stderr).toContain('Expected no service to run, found bar, foo.')
  expect(context.written.stderr).toContain('./mochi down')
})

test('a folder that is no instance is none, and nothing stumbles over it', async () => {
  await using platform = await createPlatform()
  const checkout = await platform.createCheckout('checkout', ['foo'])
  await checkout.write('../prefix/var/instances/Not One/service/foo/launch.json', '{}')
  expect(listInstances(platform.prefix)).toEqual([undefined])
  expect(await findRunning(platform.prefix)).toEqual([])
})

test('instances are found beside the platform', async () => {
  await using platform = await createPlatform()
  const checkout = await platform.createCheckout('checkout', ['foo'])
  await runUp(checkout.context(), { ...flags, instance: 'other' })
  expect(await findRunning(platform.prefix)).toMatchObject([{ place: { instance: 'other' }, names: ['foo'] }])
})
