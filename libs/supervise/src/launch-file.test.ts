import { createFolder } from '@mochi/testing'
import { describe, expect, test } from 'vitest'
import { formatLaunch, parseLaunch, readLaunchFile } from './launch-file.ts'
import { backoffOf, defaultPatience } from './launch-spec.ts'
import type { LaunchSpec } from './launch-spec.ts'

const small = { name: 'foo', command: ['node', 'main.ts'], folder: '/apps/foo' }

const whole: LaunchSpec = {
  name: 'foo',
  command: ['node', 'main.ts', '--flag'],
  folder: '/apps/foo',
  sockets: { public: { host: '127.0.0.1', port: 8080 }, internal: { host: '127.0.0.1', port: 0 } },
  scheme: 'https',
  ready: 'health',
  patience: { ready: 1, drain: 2, stable: 3, backoff: 4 },
  user: { uid: 1000, gid: 1000 },
  limits: { openFiles: 1024, core: 0 },
}

describe('launch.json', () => {
  test('says what to run; all else has a default', () => {
    expect(parseLaunch(JSON.stringify(small)).spec).toEqual({
      ...small,
      sockets: {},
      ready: 'message',
      patience: defaultPatience,
      limits: {},
    })
  })

  test('gives back what was written', () => {
    expect(parseLaunch(formatLaunch(whole))).toEqual({ spec: whole, faults: [] })
  })

  test('every fault is told at once, by its path', () => {
    const text = JSON.stringify({
      name: 7,
      command: 'node main.ts',
      folder: '/apps/foo',
      sockets: { public: { host: '127.0.0.1', port: '80' }, private: {} },
      scheme: 'ftp',
      ready: 'soon',
      patience: { ready: -1 },
      limits: [],
      user: { uid: 'root' },
      comand: [],
    })
    expect(parseLaunch(text)).toEqual({
      faults: [
        'name has to be a text',
        'command has to be a list of texts: the program and its arguments',
        'sockets.public.port has to be a whole number from 0 up',
        'sockets.private is not known',
        'scheme has to be one of http, https',
        'ready has to be one of message, health, running',
        'patience.ready has to be a whole number from 0 up',
        'limits has to be an object',
        'user.uid has to be a whole number from 0 up',
        'user.gid has to be a whole number from 0 up',
        'comand is not known',
      ],
    })
  })

  test('that is missing or cut is refused with its path', async () => {
    await using folder = await createFolder({ 'cut/launch.json': '{"name":' })
    for (const name of ['missing', 'cut']) {
      await expect(readLaunchFile(folder.join(name))).rejects.toMatchObject({
        code: 'SUPERVISE_LAUNCH_FILE',
        message: expect.stringContaining(`${name}/launch.json`) as string,
      })
    }
  })
})

test('the pause between starts begins with none, doubles, and has an end', () => {
  expect([1, 2, 3, 4, 9, 10, 100].map((failures) => backoffOf(failures, defaultPatience))).toEqual([
    0, 100, 200, 400, 10_000, 10_000, 10_000,
  ])
})
