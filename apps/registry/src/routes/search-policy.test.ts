import { expect, test } from 'vitest'
import { ago, NOW, packumentOf } from '../policy/policy.fixture.ts'
import { NeedsWriter } from '../mirror/mirror.ts'
import { createSearchPolicy } from './search-policy.ts'
import type { Found, SearchPolicyParts } from './search-policy.ts'

type Load = SearchPolicyParts['packuments']['load']

/** What an hour ago was published has to wait, and gives way to what is older. */
const hits = (count: number): Found[] =>
  Array.from({ length: count }, (_, index) => ({ package: { name: `a${index}`, version: '1.1.0', date: ago(1) } }))

async function underPolicy(found: readonly Found[], load: Load, patience = 60_000): Promise<string[]> {
  const policy = { cooldown: '24h', blocked: [], waivers: [] }
  const shown = await createSearchPolicy({ packuments: { load }, policy, now: () => NOW, patience })(found)
  return shown.map((hit) => `${hit.package.name}@${String(hit.package.version)}`)
}

const loadOlder = (name: string) => {
  const allowed = packumentOf({ '1.0.0': ago(99) }, { latest: '1.0.0' }, name)
  return Promise.resolve({ loaded: { allowed }, awaySince: undefined }) as unknown as ReturnType<Load>
}

test('20 packuments are loaded at most, and nothing is shown of what is refused beyond them', async () => {
  const asked: string[] = []
  const shown = await underPolicy(hits(30), (name) => {
    asked.push(name)
    return loadOlder(name)
  })

  expect(asked.length).toBe(20)
  expect(shown).toEqual(asked.map((name) => `${name}@1.0.0`))
})

test('what is allowed as it was found is shown, and nothing is loaded for it', async () => {
  const found = [{ package: { name: 'a', version: '1.1.0', date: ago(25) } }]

  expect(await underPolicy(found, () => Promise.reject(new Error('asked')))).toEqual(['a@1.1.0'])
})

test.each<[string, Load]>([
  ['is not there', () => Promise.resolve({ is: 'absent' })],
  ['cannot be read', () => Promise.reject(new Error('damaged'))],
  ['does not come in time', () => new Promise(() => undefined)],
])('a package whose packument %s is left out', async (_what, load) => {
  const found = [...hits(1), { package: { name: 'b', version: '1.0.0', date: ago(99) } }]

  expect(await underPolicy(found, load, 1)).toEqual(['b@1.0.0'])
})

test('what only the writer can load is asked of the writer', async () => {
  await expect(underPolicy(hits(1), () => Promise.reject(new NeedsWriter()))).rejects.toThrow(NeedsWriter)
})
