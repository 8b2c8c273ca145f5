import { expect, test } from 'vitest'
import { visibleLength } from '../output/wrap.ts'
import { createPlatform } from '../testing/platform.ts'
import type { TestCheckout } from '../testing/platform.ts'
import type { TestContext, TestContextOptions } from '../testing/test-context.ts'
import { runUp } from './run.ts'

/** What `mochi up` writes on a terminal until its advice stands there. */
async function watch(checkout: TestCheckout, options: TestContextOptions): Promise<TestContext> {
  const context = checkout.context({ isTTY: true, ...options })
  const ended = runUp(context, { instance: undefined, detach: false, json: false, nodes: [] })
  await expect.poll(() => context.written.stdout, { timeout: 30_000 }).toContain('Ctrl-C')
  context.interrupt()
  expect(await ended).toBe(0)
  return context
}

test('A table that is drawn over has no line wider than the terminal', async () => {
  await using platform = await createPlatform()
  const here = await platform.createCheckout('here', ['foo'])
  const { written } = await watch(here, { columns: 30 })
  expect(written.stdout).toContain('\u001b[2A\u001b[J')
  const lines = written.stdout.replaceAll('\u001b[2A\u001b[J', '').split('\n')
  expect(lines.filter((line) => visibleLength(line) > 30)).toEqual([])
  expect(lines[1]).toMatch(/^foo .*…$/)
})

test('On a dumb terminal nothing is drawn over, and Ctrl-C stops what was started', async () => {
  await using platform = await createPlatform()
  const here = await platform.createCheckout('here', ['foo'])
  const { written } = await watch(here, { env: { TERM: 'dumb' } })
  expect(written.stdout).not.toContain('\u001b')
  expect(written.stdout).toMatch(/\nfoo +running .*\nCtrl-C stops foo\.\nstopping\n$/)
})
