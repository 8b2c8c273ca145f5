import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import * as testing from './index.ts'
import { runProcess } from './process.ts'

const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8')

test('the example of the README prints what it says', async () => {
  const example = /```ts\n([^]+?)```/.exec(readme)?.[1] ?? ''
  const promised = /console\.log\(.*\) \/\/ (.*)/.exec(example)?.[1]
  const script = example.replace('@mochi/testing', new URL('index.ts', import.meta.url).href)
  const args = ['--input-type=module-typescript', '-e', script]
  expect(await runProcess(process.execPath, args)).toMatchObject({ code: 0, stdout: `${promised ?? ''}\n` })
})

test('the README names every function there is', () => {
  const functions = Object.entries(testing).filter(([, value]) => typeof value === 'function')
  expect(functions.map(([name]) => name).filter((name) => !readme.includes(name))).toEqual([])
})
