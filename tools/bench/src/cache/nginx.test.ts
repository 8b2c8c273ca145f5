import { expect, test } from 'vitest'
import { formatNginxConfig } from './nginx.ts'

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
