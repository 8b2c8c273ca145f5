import { expect, test } from 'vitest'
import { planLibraries } from './libraries.ts'

test('each library is what the template makes with its name', () => {
  const template = {
    'template.json': '{ "version": 3 }',
    'package.json.hbs': '{ "name": "@mochi/{{name}}", "version": {{template.version}}, "from": "{{template.name}}" }',
    'src/{{name}}.ts.hbs': 'export const name = "{{name}}"',
  }

  expect(planLibraries(template, 2)).toEqual({
    'libs/made-001/package.json': '{ "name": "@mochi/made-001", "version": 3, "from": "lib" }',
    'libs/made-001/src/made-001.ts': 'export const name = "made-001"',
    'libs/made-002/package.json': '{ "name": "@mochi/made-002", "version": 3, "from": "lib" }',
    'libs/made-002/src/made-002.ts': 'export const name = "made-002"',
  })
})

test('a template that asks for more is not filled in by half', () => {
  expect(() => planLibraries({ 'template.json': '{}', 'a.hbs': '{{#if port}}{{port}}{{/if}}' }, 1)).toThrow(
    '{{#if port}}',
  )
})
