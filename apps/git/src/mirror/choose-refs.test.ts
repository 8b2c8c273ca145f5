import { describe, expect, test } from 'vitest'
import { chooseRefs } from './choose-refs.ts'

const refs = (...names: string[]) => new Map(names.map((name) => [`refs/heads/${name}`, 'x']))
const choose = (offered: string[], held: string[] = [], head?: string) => {
  const listing = { refs: refs(...offered), head: head === undefined ? undefined : `refs/heads/${head}` }
  const { refs: chosen, leftOut } = chooseRefs(listing, refs(...held))
  const short = (name: string): string => name.slice('refs/heads/'.length)
  return { chosen: [...chosen.keys()].map(short), leftOut: leftOut.map(({ name }) => short(name)) }
}

describe('of names that some disks do not tell apart', () => {
  test('the first is taken', () => {
    expect(choose(['main', 'Main', 'MAIN'])).toEqual({ chosen: ['MAIN'], leftOut: ['Main', 'main'] })
  })

  test('the default branch comes before others', () => {
    expect(choose(['main', 'Main'], [], 'main')).toEqual({ chosen: ['main'], leftOut: ['Main'] })
  })

  test('the one that is held stays', () => {
    expect(choose(['Main', 'main'], ['main'])).toEqual({ chosen: ['main'], leftOut: ['Main'] })
  })

  test('one whose folder differs in case is left out', () => {
    expect(choose(['Fix/a', 'fix/b'])).toEqual({ chosen: ['Fix/a'], leftOut: ['fix/b'] })
  })

  test('one that is the folder of another is left out', () => {
    expect(choose(['A', 'a/b'])).toEqual({ chosen: ['A'], leftOut: ['a/b'] })
  })

  test('the same letter put together in two ways is one', () => {
    expect(choose(['caf\u00e9', 'cafe\u0301']).leftOut).toHaveLength(1)
  })
})

test.each([
  ...[
    'a..b',
    'a b',
    'a~b',
    'a^b',
    'a:b',
    'a?b',
    'a*b',
    'a[b',
    'a\\b',
    'a@{b',
    'a.',
    'a/',
    'a//b',
    '.a',
    'a/.b',
    'a.lock',
    'a.lock/b',
  ],
  ...['\u0000', 'a\u0001', 'a\u007f', 'a\ufffd', '.git', 'a/.GIT/b', 'GIT~1', 'x'.repeat(241), 'x/'.repeat(600)],
])('%j is left out', (name) => {
  expect(choose(['main', name])).toEqual({ chosen: ['main'], leftOut: [name] })
})

test('ordinary names are taken, in whatever letters', () => {
  const names = ['main', 'feature/a', 'feature/b', 'v1.0', '-dash', '日本', 'a@b', 'git', 'a.git']
  expect(choose(names).chosen.toSorted()).toEqual(names.toSorted())
})
