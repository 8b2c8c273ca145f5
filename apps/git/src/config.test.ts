import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readConfig } from '@mochi/service'
import { expect, test } from 'vitest'
import { configSchema } from './config.ts'

const read = (repositories: object, rest: Record<string, string> = {}) =>
  readConfig(configSchema, { GIT_DATA: '/data', GIT_REPOSITORIES: JSON.stringify(repositories), ...rest })
const url = 'https://git.example.com/a.git'

test.each(['jq', 'tools/jq', 'a.b/c-d_e/f'])('a repository may be called %s', (name) => {
  expect(read({ [name]: { url } }).repositories).toEqual({ [name]: { url } })
})

test.each([
  'Jq',
  '../jq',
  'a//b',
  '/a',
  'a/',
  '-a',
  '.a',
  'a/.git',
  'a.git',
  'a.git/b',
  'a.lock',
  'a b',
  'x'.repeat(101),
])('no repository may be called %j', (name) => {
  expect(() => read({ [name]: { url } })).toThrow(expect.objectContaining({ code: 'CONFIG_SERVICE_INVALID' }))
})

test.each(['http://h/a', 'https://h:8443/a', 'ssh://git@h/a', 'git://h/a', 'https://user@h/a'])(
  'upstream may be %s',
  (upstream) => {
    expect(read({ a: { url: upstream } }).repositories).toEqual({ a: { url: upstream } })
  },
)

test.each([
  'file:///a',
  '/a',
  'h:a',
  'https://user:password@h/a',
  'ext::sh -c x',
  'ssh://-oProxyCommand=x/a',
  'https://h',
])('upstream may not be %s', (upstream) => {
  expect(() => read({ a: { url: upstream } })).toThrow(expect.objectContaining({ code: 'CONFIG_SERVICE_INVALID' }))
})

test('all faults are said at once', () => {
  const faulty = () => read({ a: { url: 'file:///a' } }, { GIT_SYNC_AT: '25:00', GIT_CLONES: '0' })

  expect(faulty).toThrow(/repositories/)
  expect(faulty).toThrow(/syncAt/)
  expect(faulty).toThrow(/clones/)
})

test('the example of the README is one', async () => {
  const text = await readFile(join(import.meta.dirname, '../README.md'), 'utf8')
  const [, example = ''] = /```json\n(.*?)```/s.exec(text) ?? []
  const { services } = JSON.parse(example) as { services: { git: { repositories: object } } }

  expect(Object.keys(read(services.git.repositories).repositories)).toEqual(['tools/jq'])
})
