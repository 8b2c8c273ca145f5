import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { runProcess } from '@mochi/testing'
import { expect, test } from 'vitest'

const project = join(import.meta.dirname, '..')

test('the example of the README prints what the README says', async () => {
  const readme = await readFile(join(project, 'README.md'), 'utf8')
  const [, example = '', output = ''] = /```ts\n(.*?)```.*?```text\n(.*?)```/s.exec(readme) ?? []
  const { stdout, code } = await runProcess(process.execPath, ['--input-type=module-typescript', '--eval', example], {
    cwd: project,
  })
  expect(code).toBe(0)
  expect(output).not.toBe('')
  expect(stdout).toBe(output)
})
