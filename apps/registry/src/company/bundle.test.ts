import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { createFolder, isolatedEnvironment, runProcess, startProcess } from '@mochi/testing'
import { expect, test } from 'vitest'
import { ask } from './publish.fixture.ts'

const PROJECT = join(import.meta.dirname, '../..')
const ROOT = join(PROJECT, '../..')

/** Where a bundle finds Verdaccio, which is in none, as `dist` does. */
async function createPlace() {
  const reports = join(PROJECT, 'reports')
  await mkdir(reports, { recursive: true })
  const path = await mkdtemp(join(reports, 'bundle-'))
  return { file: join(path, 'main.js'), [Symbol.asyncDispose]: () => rm(path, { recursive: true }) }
}

test('the bundle is one file, which is the thread of the company’s packages too', async () => {
  await using place = await createPlace()
  await using folder = await createFolder()
  const rolldown = join(ROOT, 'node_modules/.bin/rolldown')
  const preset = join(ROOT, 'tools/presets/src/rolldown.ts')
  const built = await runProcess(rolldown, ['-c', preset, '--file', place.file], { cwd: PROJECT })
  expect(built).toMatchObject({ code: 0 })

  const env = isolatedEnvironment(folder.path, {
    REGISTRY_PORT: '0',
    REGISTRY_DATA: folder.join('data'),
    REGISTRY_LOG_LEVEL: 'debug',
  })
  await using registry = startProcess(process.execPath, [place.file], { cwd: folder.path, env })
  const [, url = ''] = / listens on (\S+)\n/.exec(await registry.waitFor(/ listens on \S+\n/)) ?? []

  expect((await ask(url, '/-/web/detail/@acme/a')).text).toContain('<title>')
  // What the thread prints stands in the log: it has not begun to be a registry of its own.
  registry.kill()
  expect((await registry.ended).stdout).not.toContain('company: ')
})
