import { describe, expect, test } from 'vitest'
import { createPlatform } from '../testing/platform.ts'
import type { TestContextOptions } from '../testing/test-context.ts'
import { treeEnvironment } from './tree-environment.ts'
import { wantServices } from './want-services.ts'
import type { WantedService } from './plan-services.ts'

/** What a checkout with these services wants. */
async function want(
  apps: readonly string[],
  {
    env = {},
    nodes = [],
    names = [],
  }: { env?: TestContextOptions['env']; nodes?: readonly [string, number][]; names?: readonly string[] },
): Promise<readonly WantedService[]> {
  await using platform = await createPlatform()
  const checkout = await platform.createCheckout('here', apps)
  return (await wantServices(checkout.context({ env }), { names, nodes: new Map(nodes) })).wanted
}

describe('What is to run', () => {
  test('has the address, the scheme and the variables that its configuration gives, and no other variable', async () => {
    const env = { FOO_HOST: '::1', FOO_PORT: '7', FOO_TLS: '{"cert":"/c","key":"/k"}', FOO_TLS_KEY: '/mine' }
    expect(await want(['foo', 'foo-bar'], { env: { ...env, FOO_BAR_PORT: '8', FOO_OTHER: 'x' } })).toEqual([
      { app: 'foo', nodes: 1, host: '::1', port: 7, scheme: 'https', node: [], env },
      { app: 'foo-bar', nodes: 1, host: '127.0.0.1', port: 8, scheme: 'http', node: [], env: { FOO_BAR_PORT: '8' } },
    ])
  })

  test('listens at an address that a name has; one that has none is an error before a port opens', async () => {
    const [local] = await want(['foo'], { env: { FOO_HOST: 'localhost' } })
    expect(['127.0.0.1', '::1']).toContain(local?.host)
    await expect(want(['foo'], { env: { FOO_HOST: 'nowhere.invalid' } })).rejects.toMatchObject({
      code: 'CLI_HOST_UNKNOWN',
      hint: './mochi config show foo',
    })
  })

  test('is nothing whose further nodes would have the name of another service', async () => {
    await expect(want(['foo', 'foo-2'], { nodes: [['foo', 2]] })).rejects.toMatchObject({
      code: 'CLI_NODE_NAME_TAKEN',
      message: expect.stringContaining('foo-2 is a service') as string,
    })
    await expect(want(['foo', 'foo-2'], { nodes: [['foo', 1]] })).resolves.toHaveLength(2)
  })

  test('is what is named, and what more than one is wanted of', async () => {
    const wanted = await want(['bar', 'foo', 'other'], { names: ['bar'], nodes: [['foo', 3]] })
    expect(wanted.map(({ app, nodes }) => [app, nodes])).toEqual([
      ['bar', 1],
      ['foo', 3],
    ])
  })

  test('is not what waits to be asked for, unless it is named', async () => {
    await using platform = await createPlatform()
    const checkout = await platform.createCheckout('here', ['foo', 'bar'])
    const wanted = async (names: readonly string[], nodes: readonly [string, number][] = []) =>
      (await wantServices(checkout.context(), { names, nodes: new Map(nodes) })).wanted.map(({ app }) => app)
    await checkout.write('apps/foo/package.json', '{ "name": "foo", "mochi": { "up": "asked" } }')
    expect(await wanted([])).toEqual(['bar'])
    expect(await wanted(['foo'])).toEqual(['foo'])
    expect(await wanted([], [['foo', 2]])).toEqual(['bar', 'foo'])
    await checkout.write('apps/bar/package.json', '{ "name": "bar", "mochi": { "up": "asked" } }')
    await expect(wanted([])).rejects.toMatchObject({ code: 'CLI_SERVICES_ASKED', hint: './mochi up bar' })
  })

  test('says where data is kept, unless the service was told so', async () => {
    await using platform = await createPlatform()
    const checkout = await platform.createCheckout('here', ['foo'])
    const config = `import { DataFolder } from '../../../libs/config/src/service/data-folder.ts'
const properties = { data: DataFolder() }
export const configSchema = { title: 'foo', type: 'object', required: ['data'], properties, additionalProperties: false }`
    await checkout.write('apps/foo/src/config.ts', config)
    const want = async (env: Record<string, string>) =>
      (await wantServices(checkout.context({ env }), { names: ['foo'], nodes: new Map() })).wanted[0]
    expect(await want({})).toMatchObject({ data: 'FOO_DATA', env: {} })
    expect(await want({ FOO_DATA: '/mine' })).not.toHaveProperty('data')
  })

  test('says where the checkout is to a service that wants to know, unless it was told another', async () => {
    await using platform = await createPlatform()
    const checkout = await platform.createCheckout('here', ['foo'])
    const properties = `{ host: { type: 'string', default: '127.0.0.1' }, port: { type: 'integer', default: 0 }, workspace: { type: 'string' } }`
    await checkout.write(
      'apps/foo/src/config.ts',
      `export const configSchema = { type: 'object', properties: ${properties} }`,
    )
    const tell = async (env: Readonly<Record<string, string>>) =>
      (await wantServices(checkout.context({ env }), { names: [], nodes: new Map() })).wanted[0]?.env

    expect(await tell({})).toEqual({ FOO_WORKSPACE: checkout.root })
    expect(await tell({ FOO_WORKSPACE: '/other' })).toEqual({ FOO_WORKSPACE: '/other' })
  })

  test('is nothing in a checkout without services, and nothing by a name that no service has', async () => {
    await expect(want([], {})).rejects.toMatchObject({ code: 'CLI_NO_SERVICE' })
    await expect(want(['foo'], { nodes: [['fo', 2]] })).rejects.toMatchObject({ code: 'CLI_UNKNOWN_SERVICE' })
  })
})

test('services of a platform do not end with the mochi serve below which it was started, nor hear of its shell’s registry', () => {
  const shell = { MOCHI_ENDS_WITH_LAUNCHER: '1', MOCHI_UPSTREAM_REGISTRY: 'https://me:hunter2@corp.example' }
  expect(treeEnvironment({ ...shell, MOCHI_PREFIX: '/p' })).toEqual({ MOCHI_PREFIX: '/p' })
})

test('the process that runs the services gets what programs need, and nothing else of a shell', () => {
  const needed = {
    PATH: '/bin',
    LC_ALL: 'C',
    TZ: 'UTC',
    NODE_EXTRA_CA_CERTS: '/ca',
    MOCHI_PREFIX: '/mochi',
    https_proxy: 'http://proxy',
    NO_PROXY: 'localhost',
    SSL_CERT_FILE: '/ca',
  }
  expect(treeEnvironment({ ...needed, GITHUB_TOKEN: 'x', HELLO_PORT: '1', PATHS: 'x', LISTEN_PID: '1' })).toEqual(
    needed,
  )
})
