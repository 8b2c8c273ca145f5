import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { startProcess } from '@mochi/testing'
import { describe, expect, test } from 'vitest'
import { useRegistry } from '../registry/npmrc.ts'
import { ownRegistry } from '../registry/own-registry.ts'
import { remember } from '../registry/user-npmrc.ts'
import { createPlatform, servicesIn } from '../testing/platform.ts'
import type { Platform, TestCheckout } from '../testing/platform.ts'
import type { TestContextOptions } from '../testing/test-context.ts'
import { runDown } from './down.ts'
import { runUp } from './run.ts'
import { wantServices } from './want-services.ts'
import type { Wanted } from './want-services.ts'

const CORP = 'https://corp.example/npm'
const NPM = 'https://default.example'
const upFlags = { instance: undefined, detach: true, json: true, nodes: [] }

/** The registry's configuration, as far as its uplink goes. */
const CONFIG = `import { Secret } from '../../../libs/config/src/service/secret.ts'
const properties = { host: { type: 'string', default: '127.0.0.1' }, port: { type: 'integer', default: 0 },
  uplink: { type: 'string' }, uplinkAuthorization: Secret() }
export const configSchema = { title: 'registry', type: 'object', properties, required: ['host', 'port'] }
`

/** Beside the environment that the platform answers with, the secret that it was handed. */
const MAIN = `import { readFileSync } from 'node:fs'
const folder = process.env.CREDENTIALS_DIRECTORY
process.env.HANDED = folder === undefined ? 'nothing' : readFileSync(folder + '/uplinkAuthorization', 'utf8')
`

type Rig = AsyncDisposable & {
  readonly platform: Platform
  readonly checkout: TestCheckout
  readonly want: (options?: TestContextOptions) => Promise<Wanted>
  /** `mochi up`, and what the registry says that it was told. */
  readonly up: (options?: TestContextOptions) => Promise<Readonly<Record<string, unknown>>>
}

/** A platform with a registry, on a machine whose npm has a registry of its own. */
async function createRig(): Promise<Rig> {
  const platform = await createPlatform()
  const checkout = await platform.createCheckout('here', ['registry', 'foo'])
  await checkout.write('apps/registry/src/config.ts', CONFIG)
  await checkout.write('apps/registry/src/main.ts', `${MAIN}await import('../../foo/src/main.ts')\n`)
  const answer = (): { code: number; stdout: string } => ({ code: 0, stdout: `${NPM}\n` })
  const context = (options: TestContextOptions = {}) =>
    checkout.context({ home: `${checkout.root}/home`, answer, ...options })
  return {
    platform,
    checkout,
    want: (options) => wantServices(context(options), { names: ['registry'], nodes: new Map() }),
    up: async (options) => {
      const up = context(options)
      await runUp(up, upFlags, 'registry')
      return (await (await fetch(servicesIn(up)[0]?.url ?? '')).json()) as Readonly<Record<string, unknown>>
    },
    [Symbol.asyncDispose]: () => platform[Symbol.asyncDispose](),
  }
}

describe('The uplink of the registry', () => {
  test('is the registry that this machine is configured for, and never the registry itself', async () => {
    await using rig = await createRig()
    const uplink = async (env: TestContextOptions['env'] = {}) =>
      (await rig.want({ env })).wanted[0]?.env['REGISTRY_UPLINK']
    expect(await uplink({ npm_config_registry: `${CORP}/` })).toBe(CORP)
    expect(await uplink()).toBe(NPM)
    // As the launcher leaves the variables while the registry answers.
    const launcher = { npm_config_registry: ownRegistry, NPM_CONFIG_REGISTRY: ownRegistry }
    expect(await uplink({ ...launcher, MOCHI_UPSTREAM_REGISTRY: CORP })).toBe(CORP)
    expect(await uplink({ ...launcher, MOCHI_UPSTREAM_REGISTRY: '' })).toBe(NPM)
    expect(await uplink({ MOCHI_REGISTRY: 'http://localhost:4873' })).toBe(NPM)
    // As `mochi registry use` leaves the user's file.
    const used = useRegistry(`registry=${CORP}\n`, ownRegistry)
    await rig.checkout.write('home/.npmrc', used.text)
    await remember(rig.platform, `${rig.checkout.root}/home/.npmrc`, used.before)
    expect(await uplink()).toBe(CORP)
  })

  test('is told to a registry that is served in a terminal too', async () => {
    await using rig = await createRig()
    const args = [join(import.meta.dirname, 'serve.fixture.ts'), rig.checkout.root, rig.platform.prefix, 'registry']
    const env = {
      ...process.env,
      npm_config_registry: CORP,
      MOCHI_REGISTRY: undefined,
      MOCHI_UPSTREAM_REGISTRY: undefined,
    }
    await using serve = startProcess(process.execPath, args, { env })
    const [, url = ''] = /listens as \d+ at (\S+)/.exec(await serve.waitFor(/listens as \d+ at http\S+\n/)) ?? []
    expect(await (await fetch(url)).json()).toMatchObject({ REGISTRY_UPLINK: CORP })
    serve.kill('SIGTERM')
    expect(await serve.ended).toMatchObject({ code: 0 })
  })

  test('is not looked for where the configuration names one, nor for another service', async () => {
    await using rig = await createRig()
    const env = { REGISTRY_UPLINK: 'https://mine.example' }
    const context = rig.checkout.context({ env, answer: () => ({ code: 0, stdout: NPM }) })
    const { wanted } = await wantServices(context, { names: [], nodes: new Map() })
    expect(wanted.map((one) => [one.app, one.env])).toEqual([
      ['foo', {}],
      ['registry', env],
    ])
    await rig.checkout.write('mochi.json', `{ "services": { "registry": { "uplink": "https://mochi.example" } } }`)
    expect((await rig.want()).wanted[0]?.env).toEqual({})
    expect(context.commands).toEqual([])
  })

  test('may be missing: the registry starts, and up says what it does without', async () => {
    await using rig = await createRig()
    const { wanted, warnings } = await rig.want({ answer: () => undefined })
    expect(wanted.map(({ env }) => env)).toEqual([{}])
    expect(warnings).toEqual([expect.stringMatching(/^the registry has no uplink, and serves what it holds: Expected/)])
    const context = rig.checkout.context({ home: '/nowhere', answer: () => undefined })
    expect(await runUp(context, upFlags, 'registry')).toBe(0)
    expect(context.written.stderr).toContain('warning: the registry has no uplink')
  })

  test('that is no address, or would get a token in clear, is none', async () => {
    await using rig = await createRig()
    await rig.checkout.write('home/.npmrc', '//corp.example/:_authToken=hunter2-hunter2\n')
    for (const npm_config_registry of ['nonsense', 'http://corp.example/']) {
      const { wanted, warnings } = await rig.want({ env: { npm_config_registry } })
      expect([wanted[0]?.env, wanted[0]?.secrets, warnings.length]).toEqual([{}, undefined, 1])
      expect(warnings[0]).not.toContain('hunter2')
    }
  })
})

describe('A token for the uplink', () => {
  test('is handed over in a file of the user’s alone, anew when it is another, and gone with the service', async () => {
    await using rig = await createRig()
    const env = { npm_config_registry: CORP }
    await rig.checkout.write('home/.npmrc', '//corp.example/:_authToken=hunter2-first\n')
    const first = await rig.up({ env })
    expect(first).toMatchObject({ REGISTRY_UPLINK: CORP, HANDED: 'Bearer hunter2-first\n' })
    const folder = `${rig.platform.place}/service/registry/credentials`
    const file = `${String(first['CREDENTIALS_DIRECTORY'])}/uplinkAuthorization`
    expect(file.startsWith(`${folder}/`)).toBe(true)
    expect([(await stat(folder)).mode & 0o777, (await stat(file)).mode & 0o777]).toEqual([0o700, 0o600])
    expect((await rig.up({ env }))['pid']).toBe(first['pid'])
    await rig.checkout.write('home/.npmrc', '//corp.example/:_authToken=hunter2-second\n')
    const second = await rig.up({ env })
    expect(second['HANDED']).toBe('Bearer hunter2-second\n')
    expect(await readdir(folder)).toHaveLength(1)
    // A token is good for one address.
    expect(await rig.up({ env: { npm_config_registry: NPM } })).toMatchObject({
      REGISTRY_UPLINK: NPM,
      HANDED: 'nothing',
    })
    expect(await readdir(folder).catch(() => [])).toEqual([])
    await rig.up({ env })
    await runDown(rig.checkout.context(), { instance: undefined })
    expect(await stat(folder).catch((error: unknown) => (error as NodeJS.ErrnoException).code)).toBe('ENOENT')
  })
})
