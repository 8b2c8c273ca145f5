import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import * as testing from './index.ts'
import { runReadmeExample } from './readme-example.ts'

const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8')

test('the example of the README prints what it says', async () => {
  const { code, stdout, promised } = await runReadmeExample(join(import.meta.dirname, '..'))
  expect({ code, stdout }).toEqual({ code: 0, stdout: promised })
})

test('the README names every function there is', () => {
  const functions = Object.entries(testing).filter(([, value]) => typeof value === 'function')
  expect(functions.map(([name]) => name).filter((name) => !readme.includes(name))).toEqual([])
})
