import { describe, expect, test } from 'vitest'
import { runCli } from '../run-cli.ts'
import { runStatus } from '../status/run.ts'
import { createPlatform } from '../testing/platform.ts'
import type { TestCheckout } from '../testing/platform.ts'
import { runUp } from './run.ts'

const upFlags = { instance: undefined, detach: true, json: true, nodes: [] }

/** What a command line says to whom. */
async function call(checkout: TestCheckout, ...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const context = checkout.context()
  const code = await runCli(args, context, '0')
  return { code, out: context.written.stdout, err: context.written.stderr }
}

describe('Services in an instance', () => {
  test('are shown by status, and by a command that finds nothing where it looks', async () => {
    await using platform = await createPlatform()
    const here = await platform.createCheckout('here', ['foo'])
    await runUp(here.context(), { ...upFlags, instance: 'trial' })
    const status = here.context()
    await runStatus(status, { json: false })
    expect(status.written.stdout).toMatch(/\nIn the instance trial:\nservice .*\nfoo +running /)
    const { out } = await call(here, 'status', '--json')
    expect(JSON.parse(out)).toMatchObject({
      services: [],
      instances: [{ instance: 'trial', services: [{ name: 'foo', checkout: here.root }] }],
    })
    const told = (command: string): string =>
      `Nothing of this checkout runs.\nIn the instance trial: foo (./mochi ${command} --instance trial)\n`
    expect(await call(here, 'down')).toMatchObject({ code: 0, out: told('down') })
    expect(await call(here, 'restart')).toMatchObject({ code: 0, out: told('restart') })
    expect((await call(here, 'down', '--instance', 'trial')).out).toBe('Stopped foo.\n')
    expect((await call(here, 'down', '--instance', 'trial')).out).toBe(
      'Nothing of this checkout runs in the instance trial.\n',
    )
  })

  test('are named in what is to be run next', async () => {
    await using platform = await createPlatform()
    const here = await platform.createCheckout('here', ['foo', 'bar'])
    const next = async (...args: string[]): Promise<string | undefined> =>
      / {2}next: {2}(.*)\n/.exec((await call(here, ...args, '--instance', 'trial')).err)?.[1]
    expect(await next('down', 'foo')).toBe('./mochi up --instance trial foo')
    await here.write('apps/bar/src/main.ts', 'process.exit(7)')
    expect(await next('up', '--detach')).toBe('./mochi logs --instance trial bar')
    expect(await next('logs', 'fooo')).toBe('./mochi logs --instance trial foo')
    expect(await next('restart', 'fooo')).toBe('./mochi restart --instance trial foo')
  })
})

describe('A name', () => {
  test('that is a slip of one that would do is met by that one, in a command that works', async () => {
    await using platform = await createPlatform()
    const here = await platform.createCheckout('here', ['hello'])
    await runUp(here.context(), upFlags)
    for (const command of ['logs', 'down', 'restart', 'up', 'config show']) {
      const { code, err } = await call(here, ...command.split(' '), 'helo')
      expect([code, err]).toEqual([1, expect.stringContaining('Did you mean hello?')])
      expect(err).toContain(`  next:  ./mochi ${command} hello\n`)
    }
    expect((await call(here, 'logs', 'other')).err).toContain('  next:  ./mochi status\n')
    expect((await call(here, 'logs', '--help')).out).not.toContain('all of this checkout')
  })

  test('that serve lacks outside of the folder of a service is asked for', async () => {
    await using platform = await createPlatform()
    const here = await platform.createCheckout('here', ['hello'])
    expect((await call(here, 'serve')).err).toContain(
      'Expected the name of a service, or to be called in the folder of one, apps/NAME. There is hello.\n  next:  ./mochi serve hello\n',
    )
  })
})

test('status says whose a service of another checkout is', async () => {
  await using platform = await createPlatform()
  const here = await platform.createCheckout('here', ['foo'])
  const there = await platform.createCheckout('there', ['bar'])
  await runUp(here.context(), upFlags)
  const own = here.context()
  await runStatus(own, { json: false })
  expect(own.written.stdout).not.toContain('memory  checkout')
  await runUp(there.context(), upFlags)
  const both = here.context({ columns: 400 })
  await runStatus(both, { json: false })
  expect(both.written.stdout).toMatch(/memory +checkout +url/)
  expect(both.written.stdout).toMatch(new RegExp(`\\nbar .* ${there.root} .*\\nfoo .* this one `))
})
