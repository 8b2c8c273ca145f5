import { localdevPort } from '@mochi/names'
import { expect, test } from 'vitest'
import { madeUp } from '../test-workspace.ts'
import { ports } from './ports.ts'

test('two apps whose names give one port are found', () => {
  const [one, two] = twins()
  const workspace = madeUp({ [`apps/${one}/src/a.ts`]: '', [`apps/${two}/src/a.ts`]: '', 'apps/other/src/a.ts': '' })
  expect(ports(workspace)).toMatchObject([
    {
      message: expect.stringContaining(String(localdevPort(one))),
      mend: expect.stringContaining('another port in mochi.json: "services": {'),
    },
  ])
})

test('a port that mochi.json gives takes the place of the computed one', () => {
  const [one, two] = twins()
  const apps = { [`apps/${one}/src/a.ts`]: '', [`apps/${two}/src/a.ts`]: '' }
  const company = { scopes: ['@mochi'], domain: 'example.com' }
  const apart = madeUp({ ...apps, 'mochi.json': { ...company, services: { [two]: { port: 3000 } } } })
  expect(ports(apart)).toEqual([])
  const together = { [one]: { port: 3000 }, other: { port: localdevPort('third') } }
  const moved = madeUp({
    ...apps,
    'apps/third/src/a.ts': '',
    'apps/other/src/a.ts': '',
    'mochi.json': { ...company, services: together },
  })
  expect(ports(moved)).toMatchObject([{ message: expect.stringContaining('other and third') }])
})

test('libraries have no port', () => {
  const [one, two] = twins()
  expect(ports(madeUp({ [`apps/${one}/src/a.ts`]: '', [`libs/${two}/src/a.ts`]: '' }))).toEqual([])
})

/** Two names that share a port: among 300 of 10,000 ports there is nearly always a pair, and names do not change. */
function twins(): [string, string] {
  const seen = new Map<number, string>()
  for (let index = 0; ; index++) {
    const name = `app${index}`
    const other = seen.get(localdevPort(name))
    if (other !== undefined) return [other, name]
    seen.set(localdevPort(name), name)
  }
}
