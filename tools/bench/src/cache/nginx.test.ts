import { readFile, writeFile } from 'node:fs/promises'
import { createFolder, requireCommand } from '@mochi/testing'
import { describe, expect, test } from 'vitest'
import { findNginxFault, formatNginxConfig, startNginx } from './nginx.ts'

test('nginx serves one folder on loopback, and writes nothing outside its own', () => {
  const config = formatNginxConfig({ folder: '/tmp/its-own', port: 4000, user: undefined })

  expect(config).toContain('listen 127.0.0.1:4000; root /tmp/its-own/files;')
  expect(config).toContain('dav_methods PUT;')
  expect(config).not.toMatch(/^user /m)
  const paths = [...config.matchAll(/ (\/[^;{ ]+);/g)].map(([, path = '']) => path)
  expect(paths.filter((path) => !path.startsWith('/tmp/its-own/'))).toEqual([])
  expect(paths).toHaveLength(8)
})

test('as root its workers are root too, which alone can read the folder', () => {
  expect(formatNginxConfig({ folder: '/tmp/its-own', port: 4000, user: 'root' })).toMatch(/^user root;\n/)
})

test('where nginx is missing, or takes no PUT, it is said why it is not measured', async () => {
  await using folder = await createFolder()
  const env = { PATH: folder.path }
  expect(findNginxFault(env)).toContain('apt-get install nginx-light')
  await folder.write({ nginx: '#!/bin/sh\necho "configure arguments: --with-http_v2_module" >&2\n' }, { mode: 0o755 })
  expect(findNginxFault(env)).toContain('http_dav_module')
})

describe.runIf(requireCommand('nginx'))('a started nginx', () => {
  test('reads and writes the files of its folder, and ends with the block', async () => {
    const urls: string[] = []
    {
      await using nginx = await startNginx()
      urls.push(`${nginx.url}/1`)
      await writeFile(nginx.file('1'), 'written beside it')
      expect(await (await fetch(`${nginx.url}/1`)).text()).toBe('written beside it')

      expect((await fetch(`${nginx.url}/2`, { method: 'PUT', body: 'written by it' })).status).toBe(201)
      expect(await readFile(nginx.file('2'), 'utf8')).toBe('written by it')
    }
    for (const url of urls) await expect(fetch(url)).rejects.toThrow('fetch failed')
  })

  test('can be measured, by the processes that serve', async () => {
    expect(findNginxFault()).toBeUndefined()
    await using nginx = await startNginx()
    expect(nginx.pids.length > 0).toBe(process.platform === 'linux')
    expect(nginx.pids).not.toContain(process.pid)
  })
})
