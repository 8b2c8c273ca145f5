import { expect, test } from 'vitest'
import { madeUp } from '../test-workspace.ts'
import { config } from './config.ts'

test('every fault of mochi.json is found at its line', () => {
  const text = '{\n  "scopes": ["mochi"],\n  "domain": "example.com",\n  "lable": "erl"\n}\n'
  const findings = config(madeUp({ 'mochi.json': text }))
  expect(findings.map(({ file, line }) => [file, line])).toEqual([
    ['mochi.json', 2],
    ['mochi.json', 4],
  ])
  expect(findings[1]?.mend).toContain('label')
})

test('a text that is no JSON is found', () => {
  expect(config(madeUp({ 'mochi.json': '{ "scopes": ' }))).not.toEqual([])
})

test('a good mochi.json is in order', () => {
  expect(config(madeUp({ 'mochi.json': { scopes: ['@mochi'], domain: 'example.com' } }))).toEqual([])
})
