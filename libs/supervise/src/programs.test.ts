import { readFile, rm } from 'node:fs/promises'
import { createFolder, runProcess, startProcess } from '@mochi/testing'
import { describe, expect, test } from 'vitest'
import { askLauncher } from './control/client.ts'
import { writeServiceFolder } from './testing/service-folder.ts'

const ROOT = `${import.meta.dirname}/..`

describe('The programs of service directories', { timeout: 60_000 }, () => {
  test('are one file each, which runs where nothing else is', async () => {
    await using folder = await createFolder()
    const args = ['-c', `${ROOT}/rolldown.config.ts`]
    expect(await runProcess(`${ROOT}/../../node_modules/.bin/rolldown`, args, { cwd: ROOT })).toMatchObject({ code: 0 })
    for (const name of ['launcher.cjs', 'log.js']) {
      await folder.write({ [name]: await readFile(`${ROOT}/dist/programs/${name}`, 'utf8') })
    }
    await writeServiceFolder(folder.join('foo'), ['server.fixture.ts'], {
      sockets: { public: { host: '127.0.0.1', port: 0 } },
    })
    await rm(folder.join('foo/run'))
    await using launcher = startProcess(process.execPath, ['--jitless', folder.join('launcher.cjs')], {
      cwd: folder.join('foo'),
    })
    await launcher.waitFor('serves')
    expect((await askLauncher(folder.join('foo/launcher/control'), { do: 'restart' })).status.phase).toBe('running')
    launcher.kill('SIGTERM')
    expect(await launcher.ended).toMatchObject({ code: 0 })
    const written = await runProcess(process.execPath, [folder.join('log.js'), folder.join('log/main')], {
      input: 'one line\n',
    })
    expect(written).toMatchObject({ code: 0 })
    expect(await readFile(folder.join('log/main/current'), 'utf8')).toMatch(/^\S+Z one line\n$/)
  })
})
