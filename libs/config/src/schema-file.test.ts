import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { mochiSchema, mochiSchemaPath, renderMochiSchema } from './index.ts'

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
