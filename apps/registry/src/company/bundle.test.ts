import { cp, mkdir, readFile, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { createFolder, isolatedEnvironment, runProcess, startProcess } from '@mochi/testing'
import type { Folder } from '@mochi/testing'
import { expect, test } from 'vitest'
import { createClient } from '../client.fixture.ts'
import { ask } from './publish.fixture.ts'

const PROJECT = join(import.meta.dirname, '../..')
const ROOT = join(PROJECT, '../..')

async function ok(running: ReturnType<typeof runProcess>): Promise<string> {
  const { code, stdout, stderr } = await running
  if (code !== 0) throw new Error(`${stdout}\n${stderr}`)
  return stdout
}

/** What the targets `build` and `pack` do, elsewhere; unpacked in `release/package`, beside nothing. */
async function createRelease(): Promise<Folder> {
  const folder = await createFolder()
  const project = folder.join('project')
  await mkdir(folder.join('release'), { recursive: true })
  await mkdir(project)
  await cp(join(PROJECT, 'package.json'), join(project, 'package.json'))
  await symlink(join(PROJECT, 'node_modules'), join(project, 'node_modules'))
  const preset = join(ROOT, 'tools/presets/src/rolldown.ts')
  const built = ['-c', preset, '--file', join(project, 'dist/main.js')]
  await ok(runProcess(join(ROOT, 'node_modules/.bin/rolldown'), built, { cwd: PROJECT }))
  const env = isolatedEnvironment(folder.path, {
    pnpm_config_pnpmfile: join(ROOT, 'tools/presets/src/pack-service.mjs'),
  })
  await ok(runProcess('pnpm', ['pack', '--out', folder.join('release.tgz')], { cwd: project, env }))
  await ok(runProcess('tar', ['-xzf', folder.join('release.tgz'), '-C', folder.join('release')]))
  return folder
}

test(
  'a release is one program and the pages: alone in a folder it makes a token, with which npm publishes what it then installs',
  { timeout: 300_000 },
  async () => {
    await using folder = await createRelease()
    const cwd = folder.join('release/package')
    const env = isolatedEnvironment(folder.path, {
      REGISTRY_PORT: '0',
      REGISTRY_DATA: folder.join('data'),
      REGISTRY_SCOPES: '["@acme"]',
      REGISTRY_LOG_LEVEL: 'debug',
    })
    const create = ['dist/main.js', 'token', 'create', '--name', 'ci', '--group', 'publish', '--scope', '@acme']
    const made = JSON.parse(await ok(runProcess(process.execPath, create, { cwd, env })))
    const { tokens } = made as { tokens: { text: string }[] }
    await using registry = startProcess(process.execPath, ['dist/main.js'], { cwd, env })
    const [, url = ''] = / listens on (\S+)\n/.exec(await registry.waitFor(/ listens on \S+\n/)) ?? []
    await using npm = await createClient('npm', { url, token: tokens[0]?.text ?? '' })
    await npm.ok(['publish'], { cwd: await npm.package('@acme/a', '1.0.0') })
    const project = await npm.project({ '@acme/a': '1.0.0' })
    await npm.ok(['install'], { cwd: project })

    expect(await readFile(join(project, 'node_modules/@acme/a/index.js'), 'utf8')).toContain('@acme/a@1.0.0')
    const page = (await ask(url, '/-/web/detail/@acme/a')).text
    const [, script = ''] = /src="[^"]*(\/-\/static\/main[^"]*)"/.exec(page) ?? []
    expect((await ask(url, script)).status).toBe(200)
    // What the thread prints stands in the log: it has not begun to be a registry of its own.
    registry.kill()
    expect((await registry.ended).stdout).not.toContain('company: ')
  },
)
