import { expect, test } from 'vitest'
import { isolatedEnvironment } from './environment.ts'
import { createFolder } from './folder.ts'
import { runProcess } from './process.ts'

const registry = 'http://registry.example/'

test('a child process sees its own home and nothing of the developer', () => {
  const outer = { PATH: '/bin', HOME: '/home/dev', LANG: 'de_DE', NODE_OPTIONS: '--inspect', MOCHI_REGISTRY: registry }
  const environment = isolatedEnvironment('/tmp/home', {}, outer)
  expect(environment).toMatchObject({ PATH: '/bin', HOME: '/tmp/home', LANG: 'C', NODE_USE_SYSTEM_CA: '1' })
  expect(environment).not.toHaveProperty('NODE_OPTIONS')
})

test('proxies and certificate authorities are passed on, however they are written', () => {
  const outer = {
    MOCHI_REGISTRY: registry,
    HTTPS_PROXY: 'http://proxy.example:3128',
    no_proxy: 'localhost',
    NODE_EXTRA_CA_CERTS: '/etc/ca.pem',
    NPM_CONFIG_CAFILE: '/etc/ca.pem',
  }
  expect(isolatedEnvironment('/tmp/home', {}, outer)).toMatchObject(outer)
})

test('the registry is found where npm and where pnpm look for it', () => {
  const found = { npm_config_registry: registry, pnpm_config_registry: registry }
  expect(isolatedEnvironment('/tmp/home', {}, { MOCHI_REGISTRY: registry })).toMatchObject(found)
  expect(isolatedEnvironment('/tmp/home', {}, { npm_config_registry: registry })).toMatchObject(found)
})

test('a machine that names no registry is asked through its npm', async () => {
  await using home = await createFolder({ '.npmrc': `registry=${registry}\n` })
  const outer = { PATH: process.env['PATH'], HOME: home.path }
  expect(isolatedEnvironment('/tmp/home', {}, outer)).toMatchObject({ npm_config_registry: registry })
})

test('what the test adds comes last, and undefined removes', () => {
  const extra = { PATH: '/only', NODE_USE_SYSTEM_CA: undefined, FOO: 'bar' }
  const environment = isolatedEnvironment('/tmp/home', extra, { PATH: '/bin', MOCHI_REGISTRY: registry })
  expect(environment).toMatchObject({ PATH: '/only', FOO: 'bar' })
  expect(environment).not.toHaveProperty('NODE_USE_SYSTEM_CA')
})

test('the binaries of a project, which npx and Nx put on PATH, are not', () => {
  const outer = { PATH: '/w/node_modules/.bin:/usr/bin:/bin', MOCHI_REGISTRY: registry }
  expect(isolatedEnvironment('/tmp/home', {}, outer)['PATH']).toBe('/usr/bin:/bin')
})

test('a real child process gets exactly this environment', async () => {
  const env = isolatedEnvironment('/tmp/home', { PATH: '/usr/bin:/bin' }, { MOCHI_REGISTRY: registry })
  const { stdout } = await runProcess('env', [], { env })
  expect(stdout.trim().split('\n').sort()).toEqual(
    Object.entries(env)
      .map(([name, value]) => `${name}=${value}`)
      .sort(),
  )
})
