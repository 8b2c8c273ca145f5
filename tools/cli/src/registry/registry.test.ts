import { chmod, readFile, readlink, stat, symlink } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { RequestListener } from 'node:http'
import { createFolder, listenOnFreePort } from '@mochi/testing'
import type { Folder } from '@mochi/testing'
import { describe, expect, test } from 'vitest'
import { createTestContext } from '../testing/test-context.ts'
import type { TestContext, TestContextOptions } from '../testing/test-context.ts'
import { findPresence, isSameRegistry, ownRegistry } from './own-registry.ts'
import { runRegistryStatus } from './status.ts'
import type { RegistryStatus } from './status.ts'
import { runRegistryUnuse } from './unuse.ts'
import { runRegistryUse } from './use.ts'

const TEXT = { json: false }
const JSON_FLAG = { json: true }
const UPSTREAM = 'https://corp.example/npm/'

const answer =
  (body: string): RequestListener =>
  (_, response) =>
    response.end(body)

/** A user with a home and a prefix, and a registry at an address of its own. */
type Rig = AsyncDisposable & {
  readonly folder: Folder
  readonly own: string
  readonly npmrc: string
  readonly context: (options?: TestContextOptions) => TestContext
  /** The registry ends. */
  readonly end: () => Promise<void>
}

async function createRig(files: Record<string, string> = {}, body = '{"registry":"mochi"}'): Promise<Rig> {
  const folder = await createFolder({ 'checkout/mochi.json': '{}', 'home/.keep': '', ...files })
  const listening = await listenOnFreePort(createServer(answer(body)))
  const paths = { root: folder.join('checkout'), home: folder.join('home'), prefix: folder.join('prefix') }
  return {
    folder,
    own: `http://127.0.0.1:${listening.port}/`,
    npmrc: folder.join('home/.npmrc'),
    // No npm, which would name a registry of its own.
    context: (options) => createTestContext({ ...paths, answer: () => undefined, ...options }),
    end: async () => {
      await listening[Symbol.asyncDispose]()
    },
    [Symbol.asyncDispose]: async () => {
      await listening[Symbol.asyncDispose]()
      await folder[Symbol.asyncDispose]()
    },
  }
}

async function statusOf(rig: Rig, options?: TestContextOptions): Promise<RegistryStatus> {
  const context = rig.context(options)
  await runRegistryStatus(context, JSON_FLAG, rig.own)
  return JSON.parse(context.written.stdout) as RegistryStatus
}

describe('mochi registry use', () => {
  test('points npm and pnpm at the registry, and unuse puts back what stood there, also once it is away', async () => {
    const before = `fund=false\nregistry=${UPSTREAM}\n//corp.example/npm/:_authToken=hunter2\n`
    await using rig = await createRig({ 'home/.npmrc': before })
    const { npmrc, own } = rig
    await chmod(npmrc, 0o640)
    const use = rig.context()
    await runRegistryUse(use, TEXT, own)
    expect(use.written.stdout).toBe(
      `From now on npm and pnpm ask ${own}: so says ${npmrc}.\nnext: ./mochi registry unuse takes it back.\n`,
    )
    expect(await readFile(npmrc, 'utf8')).toBe(before.replace(UPSTREAM, own))
    expect((await stat(npmrc)).mode & 0o777).toBe(0o640)
    const again = rig.context()
    await runRegistryUse(again, JSON_FLAG, own)
    expect(JSON.parse(again.written.stdout)).toEqual({ registry: own, file: npmrc, changed: false, overruledBy: null })
    await rig.end()
    const unuse = rig.context()
    await runRegistryUnuse(unuse, TEXT, own)
    expect(unuse.written.stdout).toBe(`${npmrc} names the registry again that it named before.\n`)
    expect(await readFile(npmrc, 'utf8')).toBe(before)
    const nothing = rig.context()
    await runRegistryUnuse(nothing, TEXT, own)
    expect(nothing.written.stdout).toBe(`${npmrc} does not name ${own}.\n`)
  })

  test('works in a home without a .npmrc, and in the file that npm was told to read', async () => {
    await using rig = await createRig()
    await runRegistryUse(rig.context(), TEXT, rig.own)
    expect(await readFile(rig.npmrc, 'utf8')).toBe(`registry=${rig.own}\n`)
    expect((await stat(rig.npmrc)).mode & 0o777).toBe(0o600)
    const file = rig.folder.join('other.npmrc')
    const env = { NPM_CONFIG_USERCONFIG: file }
    await runRegistryUse(rig.context({ env }), TEXT, rig.own)
    const unuse = rig.context({ env })
    await runRegistryUnuse(unuse, TEXT, rig.own)
    expect(unuse.written.stdout).toBe(`${file} names no registry any more.\n`)
    expect(await readFile(file, 'utf8')).toBe('')
    expect(await readFile(rig.npmrc, 'utf8')).toContain(rig.own)
  })

  test('of two files puts back into each what stood there', async () => {
    await using rig = await createRig({
      'home/.npmrc': 'registry=https://a.example\n',
      other: 'registry=https://b.example\n',
    })
    const other = { env: { npm_config_userconfig: rig.folder.join('other') } }
    for (const options of [{}, other]) await runRegistryUse(rig.context(options), TEXT, rig.own)
    const memory = rig.folder.join('prefix/etc/registry-use.json')
    expect((await stat(memory)).mode & 0o777).toBe(0o600)
    for (const options of [{}, other]) await runRegistryUnuse(rig.context(options), TEXT, rig.own)
    expect(await readFile(rig.npmrc, 'utf8')).toBe('registry=https://a.example\n')
    expect(await readFile(rig.folder.join('other'), 'utf8')).toBe('registry=https://b.example\n')
    expect(await readFile(memory, 'utf8')).toBe('{}\n')
  })

  test('writes through a link, as to a repository of dot files', async () => {
    await using rig = await createRig({ 'dotfiles/npmrc': 'fund=false\n' })
    await symlink('../dotfiles/npmrc', rig.npmrc)
    await runRegistryUse(rig.context(), TEXT, rig.own)
    expect(await readlink(rig.npmrc)).toBe('../dotfiles/npmrc')
    expect(await readFile(rig.folder.join('dotfiles/npmrc'), 'utf8')).toBe(`registry=${rig.own}\nfund=false\n`)
  })

  test('says what counts before the file, as a variable or the .npmrc of the checkout', async () => {
    await using rig = await createRig({ 'checkout/.npmrc': `registry=${UPSTREAM}\n` })
    const here = rig.context()
    await runRegistryUse(here, TEXT, rig.own)
    expect(here.written.stderr).toBe(
      `warning: here ${rig.folder.join('checkout/.npmrc')} names another registry, and counts before ${rig.npmrc}.\n`,
    )
    const elsewhere = rig.context({ cwd: rig.folder.path })
    await runRegistryUse(elsewhere, TEXT, rig.own)
    expect(elsewhere.written.stderr).toBe('')
    const shell = rig.context({ cwd: rig.folder.path, env: { MOCHI_UPSTREAM_REGISTRY: UPSTREAM } })
    await runRegistryUse(shell, TEXT, rig.own)
    expect(shell.written.stderr).toContain('here the variable npm_config_registry names another registry')
  })

  test.each([
    ['nobody', 'CLI_REGISTRY_AWAY', undefined],
    ['a Verdaccio', 'CLI_REGISTRY_OTHER', '{}'],
    ['a page', 'CLI_REGISTRY_OTHER', '<title>hello</title>'],
  ])('changes nothing where %s is at the address', async (_who, code, body) => {
    await using rig = await createRig({ 'home/.npmrc': 'fund=false\n' }, body)
    if (body === undefined) await rig.end()
    const using = runRegistryUse(rig.context(), TEXT, rig.own)
    await expect(using).rejects.toMatchObject({ code, hint: './mochi up registry' })
    expect(await readFile(rig.npmrc, 'utf8')).toBe('fund=false\n')
  })

  test('says which file cannot be changed', async () => {
    await using rig = await createRig({ 'home/.npmrc/folder': '' })
    const code = 'CLI_REGISTRY_NPMRC'
    await expect(runRegistryUse(rig.context(), TEXT, rig.own)).rejects.toMatchObject({ code })
    await expect(runRegistryUnuse(rig.context(), TEXT, rig.own)).rejects.toMatchObject({
      code,
      hint: `ls -l '${rig.npmrc}'`,
    })
  })
})

describe('mochi registry status', () => {
  test('tells whether it answers, and what npm asks in this shell', async () => {
    await using rig = await createRig()
    const { own } = rig
    expect(await statusOf(rig)).toEqual({
      registry: own,
      presence: { is: 'here' },
      usedByMochi: false,
      shell: { origin: 'npm itself', uses: false },
    })
    await runRegistryUse(rig.context(), TEXT, own)
    // As the launcher leaves the variables when it has found the registry, and when MOCHI_REGISTRY names another.
    const env = { MOCHI_UPSTREAM_REGISTRY: '', npm_config_registry: own }
    expect(await statusOf(rig, { env })).toMatchObject({ usedByMochi: true, shell: { origin: rig.npmrc, uses: true } })
    const named = { MOCHI_REGISTRY: UPSTREAM, npm_config_registry: UPSTREAM }
    expect(await statusOf(rig, { env: named })).toMatchObject({ usedByMochi: false, shell: { uses: true } })
    const secret = { npm_config_registry: 'https://me:hunter2@corp.example/' }
    expect((await statusOf(rig, { env: secret })).shell).toEqual({
      ...{ address: 'https://<redacted>@corp.example/', origin: 'the variable npm_config_registry', uses: false },
    })
  })

  test('tells the uplink that the one which runs was told, or that its configuration names', async () => {
    await using rig = await createRig({ 'prefix/var/service/registry/env/REGISTRY_UPLINK': `${UPSTREAM}\n` })
    const { uplink } = await statusOf(rig)
    expect(uplink).toEqual({ address: UPSTREAM, origin: 'told by mochi up' })
    const properties = "{ uplink: { type: 'string' } }"
    await using configured = await createRig({
      'checkout/mochi.json': `{ "services": { "registry": { "uplink": "${UPSTREAM}" } } }`,
      'checkout/apps/registry/package.json': '{ "name": "@mochi/registry", "type": "module" }',
      'checkout/apps/registry/src/config.ts': `export const configSchema = { title: 'registry', type: 'object', properties: ${properties} }`,
    })
    expect((await statusOf(configured)).uplink).toMatchObject({ address: UPSTREAM })
    await using stopped = await createRig({
      'home/.npmrc': `registry=${UPSTREAM}\n//corp.example/:_authToken=hunter2\n`,
    })
    const found = { address: UPSTREAM.replace(/\/$/, ''), origin: stopped.npmrc }
    expect((await statusOf(stopped)).uplink).toEqual(found)
  })

  test('names the next command', async () => {
    await using rig = await createRig()
    const text = async (): Promise<string> => {
      const context = rig.context()
      await runRegistryStatus(context, TEXT, rig.own)
      return context.written.stdout
    }
    expect(await text()).toBe(
      [
        `registry   ${rig.own} answers`,
        'uplink     none: what it holds is all there is',
        './mochi    does not use it',
        "npm, pnpm  use npm's own",
        'next: ./mochi registry use points npm and pnpm at it.',
        '',
      ].join('\n'),
    )
    await runRegistryUse(rig.context(), TEXT, rig.own)
    expect(await text()).toMatch(/npm, pnpm {2}use it \(.*\.npmrc\)\n$/)
    await rig.end()
    expect(await text()).toMatch(
      /does not answer \(.*\)\n[^]*next: \.\/mochi up registry, or \.\/mochi registry unuse\n$/,
    )
  })
})

test('The registry of a platform is at the address that the launcher asks, by every name of this machine', async () => {
  const launcher = await readFile(new URL('../../../../toolchain/lib/registry-variables.sh', import.meta.url), 'utf8')
  expect(launcher).toContain(`\nown_registry=${ownRegistry}\n`)
  const own = ['http://localhost:4873', 'http://127.0.0.1:4873/', 'http://[::1]:4873/x']
  const others = ['https://127.0.0.1:4873', 'http://127.0.0.1:4874', 'http://other.example:4873', 'nothing', '']
  expect([...own, ...others].filter((address) => isSameRegistry(address))).toEqual(own)
})

test('A server that hangs is away', async () => {
  await using hanging = await listenOnFreePort(createServer(() => undefined))
  expect(await findPresence(hanging.url, 20)).toEqual({ is: 'away', reason: 'no answer within 0.02 s' })
})
