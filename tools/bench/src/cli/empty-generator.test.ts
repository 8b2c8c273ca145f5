import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { workspaceRoot } from '@mochi/testing'
import { expect, test } from 'vitest'
import { planEmptyGenerator } from './empty-generator.ts'

const folder = join(workspaceRoot, 'tools/nx')

type Collection = { generators: Record<string, { factory: string; schema: string }> }

test('the generator that does nothing stands beside the others, asks what they ask, and is where the collection says', async () => {
  const text = await readFile(join(folder, 'generators.json'), 'utf8')
  const files = planEmptyGenerator(text)
  const { generators } = JSON.parse(files['tools/nx/generators.json'] ?? '') as Collection
  const { empty, ...others } = generators
  expect(others).toEqual((JSON.parse(text) as Collection).generators)
  expect(files).toHaveProperty([join('tools/nx', empty?.factory ?? '')])
  expect(empty?.schema).toBe(others['service']?.schema)
  expect(existsSync(join(folder, empty?.schema ?? ''))).toBe(true)
})
