import { expect, test } from 'vitest'
import { findSources } from './find-sources.ts'

const OURS = ['libs/foo/package.json', '@mochi/nx']
const OWN = ['libs/foo/package.json', 'nx/core/package-json']
const DEFAULTS = ['nx.json#targetDefaults.test', 'nx/target-defaults']

test('a target that nobody changed has no changes', () => {
  const map = { 'targets.test': OURS, 'targets.test.cache': OURS, 'targets.testing': OWN, 'targets.testing.cache': OWN }
  expect(findSources(map, 'test')).toEqual({ file: OURS[0], plugin: OURS[1], changes: [] })
})

test('what package.json and targetDefaults wrote over it are changes, each with its properties', () => {
  const map = {
    'targets.test': OWN,
    'targets.test.cache': DEFAULTS,
    'targets.test.inputs': OWN,
    'targets.test.inputs.0': OWN,
    'targets.test.inputs.1': OURS,
    'targets.test.options': DEFAULTS,
    'targets.test.options.command': OWN,
    'targets.test.executor': OURS,
  }
  expect(findSources(map, 'test')).toEqual({
    file: OURS[0],
    plugin: OURS[1],
    changes: [
      { file: DEFAULTS[0], properties: ['cache'] },
      { file: OWN[0], properties: ['inputs', 'options.command'] },
    ],
  })
})

test('a target of package.json alone comes from there', () => {
  const map = { 'targets.own': OWN, 'targets.own.command': OWN }
  expect(findSources(map, 'own')).toEqual({ file: OWN[0], plugin: OWN[1], changes: [] })
})
