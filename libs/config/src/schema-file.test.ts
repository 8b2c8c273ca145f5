import { readFile } from 'node:fs/promises'
import { Type } from 'typebox'
import { expect, test } from 'vitest'
import { mochiSchemaPath, renderMochiSchema, renderSchema } from './schema-file.ts'
import { mochiSchema } from './schema.ts'

test('mochi.schema.json is not stale: `./mochi check --fix` renders it anew', async () => {
  expect(await readFile(mochiSchemaPath, 'utf8')).toBe(renderMochiSchema())
})

test('the rendered schema holds all of the schema', () => {
  const { $schema, ...schema } = JSON.parse(renderMochiSchema()) as Record<string, unknown>
  expect($schema).toMatch(/draft-07/)
  expect(schema).toEqual(JSON.parse(JSON.stringify(mochiSchema)))
})

test('every key has a description, which editors show', () => {
  const { properties } = JSON.parse(renderMochiSchema()) as { properties: Record<string, { description?: string }> }
  expect(Object.keys(properties)).toContain('services')
  expect(Object.entries(properties).filter(([, { description = '' }]) => description === '')).toEqual([])
})

test('a list stands in one line of at most 120 characters, comma included, as the formatter has it', () => {
  const list = (length: number) => [...Array.from({ length: 8 }, () => 'wordword'), 'x'.repeat(length)]
  const long = `  "words": [${list(8).map(quote).join(', ')}],`
  expect(long).toHaveLength(120)
  expect(renderSchema(Type.Unknown({ words: list(8), examples: [] }))).toContain(`\n${long}\n  "examples": []\n}\n`)
  expect(renderSchema(Type.Unknown({ words: list(9) }))).toContain(`  "words": [${list(9).map(quote).join(', ')}]\n}\n`)
  const longest = renderSchema(Type.Unknown({ words: list(10) }))
  expect(longest).toContain(`\n  "words": [\n    ${list(10).map(quote).join(',\n    ')}\n  ]\n}\n`)
})

function quote(word: string): string {
  return `"${word}"`
}
