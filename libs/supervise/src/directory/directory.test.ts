import { stat, writeFile } from 'node:fs/promises'
import { createFolder, runProcess } from '@mochi/testing'
import { describe, expect, test } from 'vitest'
import { defaultPatience } from '../launch-spec.ts'
import { readLaunchFile } from '../launch-file.ts'
import { applyDirectory } from './apply.ts'
import { readEnvFolder } from './env-folder.ts'
import { planDirectory } from './plan.ts'
import type { ServiceDirectory } from './plan.ts'

const service: ServiceDirectory = {
  spec: {
    ...{
      name: 'foo',
      command: ['node', 'src/main.ts'],
      folder: '/apps/foo',
      sockets: {},
      ready: 'message',
      limits: {},
    },
    patience: defaultPatience,
  },
  env: { FLAVOR: 'localdev', LINES: 'one\ntwo', SPACED: 'a b' },
  launcher: ['/bin/echo', 'launcher of', "it's", '$HOME'],
  writer: ['/bin/echo', 'writer'],
  log: { size: 1000 },
  isDown: false,
}

describe('A service directory', () => {
  test('has what every supervisor of the daemontools family runs, and what our launcher reads', async () => {
    await using folder = await createFolder()
    await applyDirectory(folder.path, planDirectory(service))
    expect((await runProcess(folder.join('run'), [])).stdout).toBe("launcher of it's $HOME\n")
    expect((await runProcess(folder.join('log/run'), [])).stdout).toBe('writer\n')
    expect(await readLaunchFile(folder.path)).toEqual(service.spec)
    expect(await readEnvFolder(folder.join('env'))).toEqual(service.env)
    await expect(stat(folder.join('down'))).rejects.toMatchObject({ code: 'ENOENT' })
  })

  test('written again only changes what has changed, and takes away what is no longer wanted', async () => {
    await using folder = await createFolder()
    await applyDirectory(folder.path, planDirectory(service))
    expect(await applyDirectory(folder.path, planDirectory(service))).toEqual([])
    const moved = { ...service, env: { FLAVOR: 'dev' }, isDown: true }
    expect(await applyDirectory(folder.path, planDirectory(moved))).toEqual([
      'env/FLAVOR',
      'down',
      'env/LINES',
      'env/SPACED',
    ])
    expect(await readEnvFolder(folder.join('env'))).toEqual({ FLAVOR: 'dev' })
  })

  test('is nobody else’s to write, whatever the umask, and its variables nobody else’s to read', async () => {
    await using folder = await createFolder()
    const before = process.umask(0)
    try {
      await applyDirectory(folder.join('foo'), planDirectory(service))
    } finally {
      process.umask(before)
    }
    const modeOf = async (path: string): Promise<number> => (await stat(folder.join('foo', path))).mode & 0o777
    for (const path of ['', 'log', 'env']) expect(await modeOf(path)).toBe(0o700)
    expect(await modeOf('run')).toBe(0o755)
    expect(await modeOf('env/FLAVOR')).toBe(0o600)
  })

  test('gives variables as envdir does', async () => {
    await using folder = await createFolder({
      'env/A': 'one \t\nmore\n',
      'env/B': '',
      'env/.hidden': 'x',
      'env/C': '\n',
    })
    await writeFile(folder.join('env/D'), 'no end')
    expect(await readEnvFolder(folder.join('env'))).toEqual({ A: 'one', B: undefined, C: '', D: 'no end' })
    expect(await readEnvFolder(folder.join('nowhere'))).toEqual({})
  })
})
