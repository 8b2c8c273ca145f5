import { createRandom, seedFromEnvironment, soakCount } from '@mochi/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createReleaseCheckout, library, startCompanyRegistry } from './release.fixture.ts'
import type { CompanyRegistry } from './release.fixture.ts'

let registry: CompanyRegistry
beforeAll(async () => {
  registry = await startCompanyRegistry()
})
afterAll(() => registry[Symbol.asyncDispose]())

const random = createRandom(seedFromEnvironment())
const points = Array.from({ length: soakCount(4) }, (_, round) => ({
  round,
  // Each package has two lines, the second when it is tagged; a git that is killed would leave its own lock.
  ...(random.chance(0.5)
    ? { whom: 'alone', line: random.integer(1, 7) }
    : { whom: 'with its children', line: random.pick([2, 4, 6]) }),
}))

test.each(points)(
  'killed $whom after line $line it is run again: nothing is published twice, and every tag is there ($round)',
  async ({ round, line, whom }) => {
    const names = ['a', 'b', 'c', 'd'].map((name) => `${name}${round}`)
    const libraries = names.flatMap((name, index) => Object.entries(library(name, names.slice(0, index))))
    await using checkout = await createReleaseCheckout(Object.fromEntries(libraries), registry)
    const args = ['publish', '--registry', registry.url]

    await using killed = checkout.start(args)
    await killed.waitFor(new RegExp(`(?:^(?:published|tagged) [^]*?){${line}}`, 'm'))
    if (whom === 'alone') killed.kill('SIGKILL')
    else killed.killGroup('SIGKILL')
    const { stderr: said } = await killed.ended
    const again = await checkout.release(...args)

    expect(again).toMatchObject({ code: 0, stderr: '' })
    const lines = `${said}${again.stdout}`.match(/^(?:published|tagged) .*$/gm) ?? []
    expect(lines).toEqual([...new Set(lines)])
    expect(await checkout.tags()).toEqual(names.map((name) => `@acme/${name}@1.0.0`))
    for (const name of names) expect(await registry.versions(`@acme/${name}`)).toEqual(['1.0.0'])
  },
)
