import { createServer } from 'node:http'
import { listenOnFreePort } from '@mochi/testing'
import { beforeAll, describe, expect, test } from 'vitest'
import { createTestContext } from '../testing/test-context.ts'
import { changeset, createReleaseCheckout, LIBRARIES, library, startCompanyRegistry } from './release.fixture.ts'
import type { CompanyRegistry } from './release.fixture.ts'
import { runReleasePlan } from './run-plan.ts'
import { runReleasePublish } from './run-publish.ts'

/** A registry that nobody gets to ask. */
const ANYWHERE = 'http://127.0.0.1:1'

const ALL = ['@acme/all@1.0.0', '@acme/box@1.0.0', '@acme/hello@1.0.0', '@acme/zero@1.0.0']

describe('mochi release', () => {
  let registry: CompanyRegistry
  beforeAll(async () => {
    registry = await startCompanyRegistry()
    return () => registry[Symbol.asyncDispose]()
  })

  test('publishes in the order of dependencies, tags, and finds nothing to do the second time', async () => {
    await using checkout = await createReleaseCheckout(LIBRARIES, registry)
    const to = ['--registry', registry.url]

    const plan = await checkout.release('plan', ...to)
    expect(plan).toMatchObject({ code: 0 })
    expect(plan.stdout).toMatch(/zero +1\.0\.0 +absent[^]+box +1\.0\.0 +absent[^]+all +1\.0\.0[^]+hello .*tag only/)
    const first = await checkout.release('publish', ...to)
    expect(first).toMatchObject({ code: 0 })
    expect(first.stdout.match(/^(?:published|tagged) .*$/gm)).toEqual([
      'published  @acme/zero@1.0.0',
      'tagged     @acme/zero@1.0.0',
      'published  @acme/box@1.0.0',
      'tagged     @acme/box@1.0.0',
      'published  @acme/all@1.0.0',
      'tagged     @acme/all@1.0.0',
      'tagged     @acme/hello@1.0.0',
    ])
    expect(await checkout.tags()).toEqual(ALL)
    expect(await registry.versions('@acme/hello')).toEqual([])
    const manifest = await registry.manifest('@acme/all', '1.0.0')
    expect(manifest).toMatchObject({ dependencies: { '@acme/zero': '1.0.0', '@acme/box': '1.0.0' } })

    const again = await checkout.release('publish', ...to)
    expect(again).toMatchObject({ code: 0 })
    expect(again.stdout).not.toContain('published  ')
    const settled = await checkout.release('plan', ...to)
    expect(settled.stdout).toBe(`${registry.url} has all 4 packages as they are, and git their tags.\n`)
  })

  test('publishes what changesets say when it is told to make versions of them, and not before', async () => {
    const libraries = { ...library('pot', ['lid']), ...library('lid'), ...library('tea') }
    await using checkout = await createReleaseCheckout(libraries, registry)
    const to = ['--registry', registry.url]
    await checkout.release('publish', ...to)
    await checkout.commit({ ...changeset('rattling', ['lid'], 'Lids rattle.'), 'libs/lid/index.js': 'exports.n = 1\n' })

    const plan = await checkout.release('plan', '--json', ...to)
    expect(JSON.parse(plan.stdout)).toMatchObject({
      changesets: ['rattling'],
      packages: [
        { name: '@acme/lid', from: '1.0.0', to: '1.1.0', inRegistry: false, why: ['Lids rattle.'] },
        { name: '@acme/pot', to: '1.0.1', why: ['it needs @acme/lid, which becomes 1.1.0'] },
        { name: '@acme/tea', from: '1.0.0', to: '1.0.0', inRegistry: true, why: [] },
      ],
    })
    const early = await checkout.release('publish', ...to)
    expect(early).toMatchObject({ code: 1 })
    expect(early.stderr).toContain('next:  ./mochi release publish --version\n  code:  CLI_RELEASE_PENDING')

    const released = await checkout.release('publish', '--version', '--json', ...to)
    expect(released).toMatchObject({ code: 0 })
    expect(JSON.parse(released.stdout)).toMatchObject({
      packages: [
        { name: '@acme/lid', version: '1.1.0', published: true, tagged: true },
        { name: '@acme/pot', version: '1.0.1', published: true, tagged: true },
        { name: '@acme/tea', version: '1.0.0', published: false, tagged: false },
      ],
    })
    expect(await registry.versions('@acme/lid')).toEqual(['1.0.0', '1.1.0'])
    expect(await registry.manifest('@acme/pot', '1.0.1')).toMatchObject({ dependencies: { '@acme/lid': '1.1.0' } })
    expect(await checkout.git('log', '-1', '--format=%s', '@acme/pot@1.0.1')).toBe('Version packages\n')
    expect(await checkout.git('show', 'HEAD:libs/lid/CHANGELOG.md')).toContain('Lids rattle.')
  })

  test('refuses a version that the registry has with other contents, before anything is published', async () => {
    await using checkout = await createReleaseCheckout(library('clash'), registry)
    const to = ['--registry', registry.url]
    await checkout.release('publish', ...to)
    await checkout.commit({ ...library('after'), 'libs/clash/index.js': 'exports.other = 1\n' })

    const refused = await checkout.release('publish', ...to)

    expect(refused).toMatchObject({ code: 1 })
    expect(refused.stderr).toMatch(/other contents of @acme\/clash@1\.0\.0\.\n.*\n.* npx changeset\n.*OTHER_BYTES/)
    expect(await registry.versions('@acme/after')).toEqual([])
  })

  test('refuses a working tree with changes: a tag would tell another commit', async () => {
    await using checkout = await createReleaseCheckout(library('zero'), registry)
    await checkout.folder.write({ 'work/libs/zero/more.js': '' })

    const refused = await checkout.release('publish', '--registry', registry.url)

    expect(refused).toMatchObject({ code: 1 })
    expect(refused.stderr).toContain('found 1: libs/zero/more.js.\n  next:  git status\n')
  })

  test('refuses a clone that lacks tags', async () => {
    await using checkout = await createReleaseCheckout(library('zero'), registry)
    await checkout.folder.write({ 'work/.git/shallow': await checkout.git('rev-parse', 'HEAD') })

    const refused = await checkout.release('publish', '--registry', registry.url)

    expect(refused).toMatchObject({ code: 1 })
    expect(refused.stderr).toContain('  next:  git fetch --unshallow --tags\n  code:  CLI_RELEASE_SHALLOW')
  })

  test('without a token publishes nothing, and says how to get one', async () => {
    await using checkout = await createReleaseCheckout(library('hidden'))

    const refused = await checkout.release('publish', '--registry', registry.url)

    expect(refused).toMatchObject({ code: 1 })
    expect(refused.stderr).toContain(
      ` npm login --auth-type=legacy --registry=${registry.url}/\n  code:  CLI_RELEASE_TOKEN `,
    )
    expect(await checkout.tags()).toEqual([''])
  })

  test('takes the token from the file that NPM_CONFIG_USERCONFIG names, and publishes where it is told to', async () => {
    const elsewhere = { '.npmrc': 'registry=http://127.0.0.1:1/\n@acme:registry=http://127.0.0.1:1/\n' }
    await using checkout = await createReleaseCheckout({ ...library('elsewhere'), ...elsewhere })
    await checkout.folder.write({ 'ci.npmrc': `//${new URL(registry.url).host}/:_authToken=${registry.token}\n` })

    const variables = { NPM_CONFIG_USERCONFIG: checkout.folder.join('ci.npmrc') }
    await using publishing = checkout.start(['publish', '--registry', registry.url], variables)

    expect(await publishing.ended).toMatchObject({ code: 0 })
    expect(await registry.versions('@acme/elsewhere')).toEqual(['1.0.0'])
  })
})

describe('mochi release says', () => {
  const FLAGS = { registry: undefined, json: false, version: false }

  async function contextIn(files: Readonly<Record<string, string>>) {
    const checkout = await createReleaseCheckout(files)
    const context = createTestContext({ root: checkout.folder.join('work'), env: checkout.env })
    return { context, [Symbol.asyncDispose]: () => checkout[Symbol.asyncDispose]() }
  }

  test('that the registry of the platform does not answer, or another server', async () => {
    await using made = await contextIn(library('zero'))
    await using other = await listenOnFreePort(createServer((_, response) => response.end('{}')))

    const asked = (own: string) => runReleasePlan(made.context, FLAGS, own)

    await expect(asked('http://127.0.0.1:1/')).rejects.toMatchObject({ code: 'CLI_REGISTRY_AWAY' })
    await expect(asked(`${other.url}/`)).rejects.toMatchObject({ code: 'CLI_REGISTRY_OTHER' })
  })

  test.each([
    ['nothing', undefined],
    ['a fault', 500],
    ['no document', 200],
    ['that it wants a token', 401],
  ])('that a registry answers with %s', async (_, status) => {
    await using made = await contextIn(library('zero'))
    await using server = await listenOnFreePort(
      createServer((_, response) => response.writeHead(status ?? 500).end('no document')),
    )
    const registry = status === undefined ? 'http://127.0.0.1:1' : server.url

    await expect(runReleasePlan(made.context, { ...FLAGS, registry })).rejects.toMatchObject({
      code: status === 401 ? 'CLI_RELEASE_TOKEN' : 'CLI_RELEASE_REGISTRY',
      message: expect.stringContaining(registry) as string,
    })
  })

  test('which package the registry did not take, and how many were not begun', async () => {
    await using made = await contextIn(LIBRARIES)
    await using server = await listenOnFreePort(
      createServer(({ method }, response) => response.writeHead(method === 'PUT' ? 500 : 404).end('{}')),
    )

    await expect(runReleasePublish(made.context, { ...FLAGS, registry: server.url })).rejects.toMatchObject({
      code: 'CLI_RELEASE_FAILED',
      message: expect.stringContaining(
        '@acme/zero@1.0.0 to be published, and it was not, nor were the 2 after',
      ) as string,
    })
  })

  test('what a published package needs that is not published', async () => {
    await using made = await contextIn({ ...library('box', ['zero']), ...library('zero', [], { private: true }) })

    await expect(runReleasePlan(made.context, { ...FLAGS, registry: ANYWHERE })).rejects.toMatchObject({
      code: 'CLI_RELEASE_DEPENDENCY',
      message: expect.stringContaining('@acme/box needs @acme/zero') as string,
    })
  })

  test.each(['registry', '@acme:registry'])('which package names another registry by its %s', async (key) => {
    const publishConfig = { [key]: 'https://elsewhere.example/' }
    await using made = await contextIn({ ...library('zero'), ...library('one', [], { publishConfig }) })
    await using server = await listenOnFreePort(createServer((_, response) => response.writeHead(404).end('{}')))

    const asked = runReleasePublish(made.context, { ...FLAGS, registry: server.url })

    await expect(asked).rejects.toMatchObject({
      code: 'CLI_RELEASE_ELSEWHERE',
      message: expect.stringContaining('found @acme/one, which names https://elsewhere.example/') as string,
    })
  })

  test.each([
    ['.changeset/config.json', '{ "access": "nobody" }'],
    ['.changeset/damaged.md', 'nothing'],
    ['.changeset/unknown.md', "---\n'@acme/gone': minor\n---\n\nGone.\n"],
  ])('that %s cannot be read', async (path, text) => {
    await using made = await contextIn({ ...library('zero'), [path]: text })

    await expect(runReleasePlan(made.context, { ...FLAGS, registry: ANYWHERE })).rejects.toMatchObject({
      code: 'CLI_RELEASE_CHANGESETS',
    })
  })
})
