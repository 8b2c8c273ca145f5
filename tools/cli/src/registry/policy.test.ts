import { createServer } from 'node:http'
import { createFolder, listenOnFreePort } from '@mochi/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createTestContext } from '../testing/test-context.ts'
import { runRegistryCheck } from './check-lock.ts'
import { runRegistryExplain } from './explain-package.ts'
import { OLD, startRegistry } from './registry.fixture.ts'

const TEXT = { all: false, json: false }
const now = new Date().toISOString()
const many = Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`1.0.${index}`, OLD]))

let registry: Awaited<ReturnType<typeof startRegistry>>
beforeAll(async () => {
  registry = await startRegistry({
    fine: { '1.0.0': OLD, '1.1.0': OLD },
    young: { '1.0.0': OLD, '1.1.0': now },
    evil: { '6.6.6': OLD },
    '@other/many': many,
  })
})
afterAll(() => registry[Symbol.asyncDispose]())

async function explain(wanted: string, flags = TEXT) {
  const context = createTestContext({ columns: 160 })
  return { code: await runRegistryExplain(context, flags, wanted, registry.url), text: context.written.stdout }
}

describe('mochi registry explain', () => {
  test('says of every version what the policy makes of it, and where tags point', async () => {
    const { code, text } = await explain('young')

    expect(code).toBe(0)
    expect(text).toMatch(/^young, as upstream had it \d+ ms ago: 1 of 2 versions refused\n/)
    expect(text).toMatch(/^1\.1\.0 +\d{4}-\d\d-\d\d +refused +cooldown: it was published at .+; allowed from \d{4}/m)
    expect(text).toMatch(/^1\.0\.0 +2020-01-01 +allowed$/m)
    expect(text).toMatch(/^latest +1\.1\.0, here 1\.0\.0$/m)
  })

  test.each([
    ['young', 0],
    ['young@1.1.0', 1],
    ['young@^1.0.0', 0],
    ['young@latest', 1],
    ['young@^2.0.0', 1],
    ['evil', 1],
    ['@other/many@1.0.3', 0],
  ])('of %s ends with %d', async (wanted, code) => {
    expect(await explain(wanted)).toMatchObject({ code })
  })

  test('shows the newest twenty, or all', async () => {
    const some = await explain('@other/many')
    const all = await explain('@other/many', { all: true, json: false })

    expect(some.text.match(/ allowed/g)).toHaveLength(20)
    expect(some.text).toContain('and 10 older ones: --all')
    expect(all.text.match(/ allowed/g)).toHaveLength(30)
  })

  test('prints what the registry says as JSON', async () => {
    const { text } = await explain('evil', { all: false, json: true })

    expect(JSON.parse(text)).toMatchObject({
      package: 'evil',
      versions: [{ version: '6.6.6', allowed: false, rule: 'blocked' }],
      isAway: false,
    })
  })

  test.each([
    ['nothing', 404],
    ['@acme/own', 404],
    ['fine@what', 400],
  ])('of %s says why there is no answer', async (wanted, status) => {
    await expect(explain(wanted)).rejects.toMatchObject({ code: 'CLI_REGISTRY_REFUSED', facts: { status } })
  })

  test('says that no registry answers, or another server', async () => {
    await using other = await listenOnFreePort(createServer((_, response) => response.end('{}')))
    const ask = (url: string) => runRegistryExplain(createTestContext(), TEXT, 'fine', url)

    await expect(ask('http://127.0.0.1:1/')).rejects.toMatchObject({
      code: 'CLI_REGISTRY_AWAY',
      hint: './mochi up registry',
    })
    await expect(ask(`${other.url}/`)).rejects.toMatchObject({ code: 'CLI_REGISTRY_OTHER' })
  })
})

describe('mochi registry check', () => {
  async function check(packages: readonly string[], json = false) {
    const keys = packages.map((id) => `  '${id}':\n    resolution: {integrity: sha512-x}\n`).join('')
    await using folder = await createFolder({ 'pnpm-lock.yaml': `lockfileVersion: '9.0'\n\npackages:\n\n${keys}` })
    const context = createTestContext({ root: folder.path, columns: 160 })
    return { code: await runRegistryCheck(context, { json }, registry.url), text: context.written.stdout }
  }

  test('finds nothing where every version is allowed', async () => {
    expect(await check(['fine@1.0.0', 'fine@1.1.0', 'young@1.0.0', '@acme/own@1.0.0'])).toEqual({
      code: 0,
      text: 'The policy allows all 4 versions in pnpm-lock.yaml.\n',
    })
  })

  test('lists what is refused, and what cannot be decided', async () => {
    const { code, text } = await check(
      ['fine@1.0.0', 'fine@9.9.9', 'young@1.1.0', 'evil@6.6.6', 'nothing@1.0.0', 'a@file:a.tgz'],
      true,
    )

    expect(code).toBe(1)
    expect(JSON.parse(text)).toMatchObject({
      versions: 6,
      refused: [
        { id: 'a@file:a.tgz', rule: 'undecided' },
        { id: 'evil@6.6.6', rule: 'blocked' },
        { id: 'fine@9.9.9', rule: 'undecided' },
        { id: 'nothing@1.0.0', rule: 'undecided' },
        { id: 'young@1.1.0', rule: 'cooldown' },
      ],
    })
  })

  test('asks about many versions of one package in as many questions as the registry takes', async () => {
    const versions = [...Object.keys(many), '9.9.9']
    const { text } = await check(
      versions.map((version) => `@other/many@${version}`),
      true,
    )

    expect(JSON.parse(text)).toMatchObject({ versions: 31, refused: [{ id: '@other/many@9.9.9', rule: 'undecided' }] })
  })

  test('says what to do next', async () => {
    const { text } = await check(['evil@6.6.6'])

    expect(text).toMatch(/^The policy refuses 1 of 1 versions in pnpm-lock.yaml:\n\nevil@6\.6\.6 +blocked +/)
    expect(text).toContain('next: ./mochi registry explain evil\n')
  })

  test('of a lock file that is not there is no success', async () => {
    const run = runRegistryCheck(createTestContext(), { json: false }, registry.url)
    await expect(run).rejects.toMatchObject({ code: 'TOOLCHAIN_PNPM_LOCK_UNREADABLE' })
  })
})
