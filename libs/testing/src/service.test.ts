import { existsSync } from 'node:fs'
import { expect, test } from 'vitest'
import { createFolder } from './folder.ts'
import { startService } from './service.ts'

const GREETER = `
import { readFile, stat } from 'node:fs/promises'
import { createServer } from 'node:http'
const { CREDENTIALS_DIRECTORY: folder, FOO_BAR_PORT: port, FOO_BAR_DATA: data } = process.env
const server = createServer(async (request, response) => {
  const modes = [await stat(folder), await stat(folder + '/key')].map(({ mode }) => (mode & 0o777).toString(8))
  response.end(JSON.stringify({ port, data, modes, key: await readFile(folder + '/key', 'utf8') }))
})
server.listen(Number(port), '127.0.0.1', () => console.log('foo-bar listens on http://127.0.0.1:' + server.address().port))
`

test('a service has a free port and its secrets, and is gone after the block with all that it had', async () => {
  await using workspace = await createFolder({
    'apps/foo-bar/src/main.ts': GREETER,
    'package.json': '{"type":"module"}',
  })
  let gone: { url: string; path: string }
  {
    await using service = await startService('foo-bar', {
      root: workspace.path,
      secrets: { key: 'of the test' },
      env: (folder) => ({ FOO_BAR_DATA: folder.join('data') }),
    })
    gone = { url: service.url, path: service.folder.path }
    const answer: unknown = await (await fetch(service.url)).json()
    expect(answer).toEqual({ port: '0', data: service.folder.join('data'), modes: ['700', '600'], key: 'of the test' })
  }
  await expect(fetch(gone.url)).rejects.toThrow()
  expect(existsSync(gone.path)).toBe(false)
})

test('one that ends at once is refused with what it said, and leaves nothing', async () => {
  const source = "console.error('no, ' + process.env.HOME + '.')"
  await using workspace = await createFolder({ 'apps/foo/src/main.ts': source })
  const error: unknown = await startService('foo', { root: workspace.path }).catch((reason: unknown) => reason)
  const [, folder = ''] = /no, (\S+)\./.exec(String(error)) ?? []
  expect(folder).not.toBe('')
  expect(existsSync(folder)).toBe(false)
})
