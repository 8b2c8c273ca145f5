import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createFolder, startProcess } from '@mochi/testing'
import { expect, test } from 'vitest'

const project = join(import.meta.dirname, '..')

test('the example of the README is a service', async () => {
  const readme = await readFile(join(project, 'README.md'), 'utf8')
  const [, example = ''] = /```ts\n(.*?)```/s.exec(readme) ?? []
  await using prefix = await createFolder()
  await using greeter = startProcess(process.execPath, ['--input-type=module-typescript', '--eval', example], {
    cwd: project,
    env: { ...process.env, GREETER_PORT: '0', GREETER_GREETING: 'Ahoy', MOCHI_PREFIX: prefix.path },
  })
  const [, url] = /listens on (\S+)\n/.exec(await greeter.waitFor(/listens on \S+\n/)) ?? []

  expect(await (await fetch(`${url}/hello/you`)).json()).toEqual({ message: 'Ahoy, you' })
  expect(await (await fetch(`${url}/hello/nobody`)).json()).toMatchObject({ status: 409, code: 'NOBODY_THERE' })
  greeter.kill('SIGTERM')
  expect(await greeter.ended).toMatchObject({ code: 0 })
})
