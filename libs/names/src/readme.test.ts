import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { runProcess } from '@mochi/testing'
import { expect, test } from 'vitest'

const project = join(import.meta.dirname, '..')

test('the example of the README prints what its comments say', async () => {
  const readme = await readFile(join(project, 'README.md'), 'utf8')
  const example = /```ts\n([\s\S]*?)```/.exec(readme)?.[1] ?? ''
  const promised = [...example.matchAll(/console\.log.* \/\/ (.*)/g)].map(([, output]) => output)
  const { stdout, code } = await runProcess(process.execPath, ['--input-type=module-typescript', '--eval', example], {
    cwd: project,
  })
  expect(code).toBe(0)
  expect(promised).not.toEqual([])
  // Nx asks its tasks for colours.
  expect(stripVTControlCharacters(stdout).trim().split('\n')).toEqual(promised)
})
