import { readFile } from 'node:fs/promises'
import { createFolder } from '@mochi/testing'
import { expect, test } from 'vitest'
import { createPlatform, parseHello } from './platform.ts'

const hello = { name: 'hello', url: 'http://127.0.0.1:20001', pid: 4711 }
const json = (...services: readonly object[]) => JSON.stringify({ folder: '/var', services })

test('every command that touches services names the instance, so that those of the user stay as they are', async () => {
  await using folder = await createFolder()
  await folder.write({ mochi: '#!/bin/sh\necho "$@" >>calls\n' }, { mode: 0o755 })
  const platform = createPlatform(folder.join('mochi'), { cwd: folder.path, env: { PATH: '/usr/bin:/bin' } })
  for (const command of [platform.up, platform.restart, platform.status, platform.down]) {
    expect(command()).toBeGreaterThan(0)
  }
  const calls = await readFile(folder.join('calls'), 'utf8')
  expect(calls.trim().split('\n')).toEqual([
    'up --instance bench --detach',
    'restart --instance bench hello',
    'status',
    'down --instance bench',
  ])
})

test('hello is found in what up prints, whatever it says of its steps beside that', async () => {
  await using folder = await createFolder()
  const script = `#!/bin/sh\necho "1 service {directory}" >&2\n[ "$*" = "up --instance bench --json" ] && echo '${json(hello)}'\n`
  await folder.write({ mochi: script }, { mode: 0o755 })
  const platform = createPlatform(folder.join('mochi'), { env: { PATH: '/usr/bin:/bin' } })
  expect(platform.find()).toEqual({ url: hello.url, pid: hello.pid })
})

test('the process that is killed is that of hello, wherever it stands among the services', () => {
  expect(parseHello(json({ name: 'foo', url: 'http://127.0.0.1:20002', pid: 1234 }, hello)).pid).toBe(4711)
})

test.each([
  ['it is not there', json({ ...hello, name: 'foo' })],
  ['it does not serve', json({ ...hello, url: undefined })],
  ['it has no process', json({ ...hello, pid: undefined })],
  ['its number would be that of a group', json({ ...hello, pid: 0 })],
  ['its number would be that of every process', json({ ...hello, pid: -1 })],
])('nothing is killed where %s', (_name, printed) => {
  expect(() => parseHello(printed)).toThrow('no hello that serves')
})
