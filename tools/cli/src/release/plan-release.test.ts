import { describe, expect, test } from 'vitest'
import { planRelease } from './plan-release.ts'
import type { ReleaseFacts } from './plan-release.ts'
import { distTagOf } from './publish-package.ts'
import type { ReleasePackage } from './read-workspace.ts'
import { formatPlan } from './run-plan.ts'
import { sortByNeeds } from './sort-by-needs.ts'
import { findUnpublishedDependencies } from './unpublished-dependencies.ts'

function named(name: string, needs: readonly string[] = [], isPrivate = false): ReleasePackage {
  return { name, needs, isPrivate, version: '1.0.0', folder: `libs/${name}`, registries: [] }
}

function factsOf(packages: readonly ReleasePackage[], more: Partial<ReleaseFacts['workspace']> = {}): ReleaseFacts {
  const workspace = { packages, bumps: [], changesets: [], tagsPrivate: true, ...more }
  return { workspace, published: new Map(), tags: new Set() }
}

describe('The order of a release', () => {
  test('has every package after those that it needs, and else by name', () => {
    const packages = [named('c'), named('a', ['d']), named('d', ['e', 'c']), named('b'), named('e')]
    expect(sortByNeeds(packages).map(({ name }) => name)).toEqual(['b', 'c', 'e', 'd', 'a'])
  })

  test('has every package once, even where they need each other', () => {
    const packages = [named('b', ['a']), named('a', ['b']), named('c', ['a'])]
    expect(sortByNeeds(packages).map(({ name }) => name)).toEqual(['a', 'b', 'c'])
  })
})

describe('A plan says why a package is released:', () => {
  const facts = factsOf([named('a'), named('b', ['a']), named('c')])

  test('what its changesets say', () => {
    const bumps = [{ name: 'a', to: '1.1.0', reasons: ['It counts.', 'It sings.'] }]
    const [step] = planRelease({ ...facts, workspace: { ...facts.workspace, bumps } })
    expect(step).toMatchObject({ from: '1.0.0', to: '1.1.0', tag: 'a@1.1.0', why: ['It counts.', 'It sings.'] })
  })

  test('what it needs moves', () => {
    const bumps = [
      { name: 'a', to: '2.0.0', reasons: ['It counts.'] },
      { name: 'b', to: '1.0.1', reasons: [] },
    ]
    const steps = planRelease({ ...facts, workspace: { ...facts.workspace, bumps } })
    expect(steps[1]).toMatchObject({ name: 'b', to: '1.0.1', why: ['it needs a, which becomes 2.0.0'] })
  })

  test('it moves with others of its group', () => {
    const bumps = [{ name: 'c', to: '1.1.0', reasons: [] }]
    const steps = planRelease({ ...facts, workspace: { ...facts.workspace, bumps } })
    expect(steps[2]?.why).toEqual(['it moves together with others (fixed or linked)'])
  })

  test('it is not in the registry, or only its tag is missing, or nothing is left to be done', () => {
    const has = new Map([['1.0.0', 'sha512-x']])
    const published = new Map([
      ['a', has],
      ['b', has],
    ])
    const steps = planRelease({ ...facts, published, tags: new Set(['b@1.0.0']) })
    expect(steps.map(({ why }) => why)).toEqual([['git has no tag of it'], [], ['the registry does not have it']])
  })

  test('a private one is tagged, where changesets do so, and never asked for in the registry', () => {
    const packages = [named('a', [], true)]
    expect(planRelease(factsOf(packages))).toMatchObject([{ private: true, why: ['git has no tag of it'] }])
    expect(planRelease(factsOf(packages, { tagsPrivate: false }))).toEqual([])
  })
})

test('A plan with nothing to do says so in one line', () => {
  expect(formatPlan({ steps: [], changesets: [] }, 'http://127.0.0.1:1', 100)).toBe(
    'http://127.0.0.1:1 has all 0 packages as they are, and git their tags.\n',
  )
})

test('What published packages need of unpublished ones is found, and what tests need of them is not', () => {
  const hidden = { name: 'hidden', private: true, dependencies: { other: '1' } }
  const faults = findUnpublishedDependencies([
    hidden,
    { name: 'other', private: true },
    { name: 'a', dependencies: { hidden: 'workspace:*', b: 'workspace:*' } },
    { name: 'b', peerDependencies: { hidden: 'workspace:*' } },
    { name: 'c', ...{ devDependencies: { hidden: 'workspace:*' } } },
  ])
  expect(faults).toEqual([
    { from: 'a', to: 'hidden' },
    { from: 'b', to: 'hidden' },
  ])
})

test.each([
  ['1.2.3', 'latest'],
  ['1.2.3-next.4', 'next'],
  ['0.0.0-canary-20261123', 'canary-20261123'],
  ['1.2.3-0', 'latest'],
])('Version %s is published under the dist-tag %s', (version, tag) => {
  expect(distTagOf(version)).toBe(tag)
})
