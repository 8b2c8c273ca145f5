import { chmod, readFile, stat } from 'node:fs/promises'
import { createFolder } from '@mochi/testing'
import { describe, expect, test } from 'vitest'
import { createTestContext } from '../testing/test-context.ts'
import { runKeysInit } from './init.ts'
import { runKeysRotate } from './rotate.ts'
import { runKeysShow } from './show.ts'

const DAY = 86_400_000
const MOCHI = { scopes: ['@acme'], domain: 'example.com', idcs: ['us1', 'eu-2'] }
const US_DEV = { idc: 'us1', flavor: 'dev', again: false, json: false } as const
const HELLO = 'hello-dev.erl.us1.example.com'

async function createRig() {
  const folder = await createFolder({ 'mochi.json': JSON.stringify(MOCHI) })
  const clock = { now: Date.UTC(2026, 0, 1) }
  const context = () => ({
    ...createTestContext({ root: folder.path, prefix: folder.join('prefix') }),
    clock: { now: () => clock.now },
  })
  const file = (name: string) => folder.join(`prefix/etc/secrets/names/${name}`)
  const show = async (cluster?: string) => {
    const at = context()
    await runKeysShow(at, { cluster, json: true })
    return JSON.parse(at.written.stdout) as {
      secrets?: { epoch: number; fingerprint: string }[]
      keys?: { name: string; secret: string }[]
    }
  }
  return { clock, context, file, show, [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose]() }
}

describe('mochi keys init', () => {
  test('makes a secret for each flavor and data centre, for their owner alone', async () => {
    await using rig = await createRig()
    await runKeysInit(rig.context(), { json: false })

    for (const name of ['us1-dev', 'us1-prod', 'eu-2-dev', 'eu-2-prod'])
      expect((await stat(rig.file(name))).mode & 0o777).toBe(0o600)
    expect(new Set((await rig.show()).secrets?.map(({ fingerprint }) => fingerprint)).size).toBe(4)
  })

  test('changes none that is there', async () => {
    await using rig = await createRig()
    await runKeysInit(rig.context(), { json: false })
    const before = await readFile(rig.file('us1-dev'), 'utf8')
    const again = rig.context()
    await runKeysInit(again, { json: false })

    expect(again.written.stdout).toBe('Every secret is there.\n')
    expect(await readFile(rig.file('us1-dev'), 'utf8')).toBe(before)
  })
})

describe('mochi keys rotate', () => {
  test('signs by a new secret, and accepts the one before it', async () => {
    await using rig = await createRig()
    await runKeysInit(rig.context(), { json: false })
    const [before] = (await rig.show(HELLO)).keys ?? []
    await runKeysRotate(rig.context(), US_DEV)
    const { keys = [] } = await rig.show(HELLO)

    expect(keys.map(({ name }) => name)).toEqual([`e2.${HELLO}`, `e1.${HELLO}`])
    expect(keys[1]).toEqual(before)
  })

  test('cuts nobody off who has not heard of the last change, unless it is told to', async () => {
    await using rig = await createRig()
    await runKeysInit(rig.context(), { json: false })
    await runKeysRotate(rig.context(), US_DEV)
    rig.clock.now += DAY - 1

    await expect(runKeysRotate(rig.context(), US_DEV)).rejects.toMatchObject({
      code: 'CLI_KEYS_JUST_CHANGED',
      hint: './mochi keys rotate --idc us1 --flavor dev --again',
    })
    await runKeysRotate(rig.context(), { ...US_DEV, again: true })
    rig.clock.now += DAY
    await runKeysRotate(rig.context(), US_DEV)
    expect((await rig.show(HELLO)).keys?.map(({ name }) => name)).toEqual([`e4.${HELLO}`, `e3.${HELLO}`])
  })

  test('needs a secret', async () => {
    await using rig = await createRig()

    await expect(runKeysRotate(rig.context(), US_DEV)).rejects.toMatchObject({ code: 'CLI_KEYS_ABSENT' })
  })
})

describe('mochi keys show', () => {
  test('shows no secret, unless a cluster is named', async () => {
    await using rig = await createRig()
    await runKeysInit(rig.context(), { json: false })
    const [, secret = ''] = (await readFile(rig.file('us1-dev'), 'utf8')).split(' ')
    const context = rig.context()
    await runKeysShow(context, { cluster: undefined, json: false })

    expect(context.written.stdout).toMatch(/^us1 +dev +1 +0 ms +[0-9a-f]{16}$/m)
    expect(context.written.stdout).not.toContain(secret)
  })

  test('gives a cluster its own keys, which no other has, as nsupdate reads them', async () => {
    await using rig = await createRig()
    await runKeysInit(rig.context(), { json: false })
    const context = rig.context()
    await runKeysShow(context, { cluster: HELLO, json: false })

    expect(context.written.stdout).toMatch(
      /^key "e1\.hello-dev\.erl\.us1\.example\.com" \{ algorithm hmac-sha256; secret "[A-Za-z0-9+/]{43}="; \};\n$/,
    )
    const [own] = (await rig.show(HELLO)).keys ?? []
    const [other] = (await rig.show('other-dev.erl.us1.example.com')).keys ?? []
    expect(own?.secret).not.toBe(other?.secret)
  })

  test('refuses a name that is no cluster, and a file that others can read', async () => {
    await using rig = await createRig()
    await runKeysInit(rig.context(), { json: false })

    await expect(rig.show('hello.example.com')).rejects.toMatchObject({ code: 'NAMES_DNS_INVALID' })
    await chmod(rig.file('us1-dev'), 0o644)
    await expect(rig.show(HELLO)).rejects.toMatchObject({ code: 'CLI_KEYS_UNUSABLE' })
  })

  test('says that laptops have no keys', async () => {
    await using rig = await createRig()

    expect(await rig.show('hello-localdev.erl.local.example.com')).toEqual({ keys: [] })
  })
})
