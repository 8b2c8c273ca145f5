import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createCheckout, createFolder, runProcess, workspaceRoot } from '@mochi/testing'
import type { Checkout } from '@mochi/testing'
import { expect, test } from 'vitest'
import { startCompanyRegistry } from './release.fixture.ts'
import type { CompanyRegistry } from './release.fixture.ts'

/** `config` needs those before it; the build of all others is looked at by their own targets. */
const PUBLISHED = ['errors', 'names', 'config', 'presets']

/** Only against hanging: it installs and builds on a machine that may be busy. Milliseconds. */
const PATIENCE = { timeout: 300_000 }

const USE = `import { MochiError, isMochiError } from '@mochi/errors'
import { serviceName } from '@mochi/names'

const name: string = serviceName('greeter', 'dev')
// @ts-expect-error: a flavor that there is not
const flavor: Parameters<typeof serviceName>[1] = 'moon'
const error: unknown = new MochiError({ code: 'X', message: name, facts: {} })
console.log(isMochiError(error), name, flavor)
`

const TSCONFIG = {
  compilerOptions: {
    ...{ module: 'nodenext', target: 'esnext', strict: true, skipLibCheck: true, noEmit: true },
    ...{ types: ['node'], typeRoots: [join(workspaceRoot, 'node_modules/@types')] },
  },
}

test(
  'the libraries of mochi are published, and another workspace installs, type-checks and runs with them',
  PATIENCE,
  async () => {
    await using registry = await startCompanyRegistry('@mochi')
    await using checkout = await createPublishingCheckout(registry)

    const args = ['tools/cli/src/main.ts', 'release', 'publish', '--version', '--registry', registry.url]
    const released = await checkout.run('node', args)
    expect(released, released.stderr).toMatchObject({ code: 0 })
    const versions = released.stdout.match(/^published {2}@mochi\/.*$/gm) ?? []
    expect(versions.map((line) => /@mochi\/(.*)@/.exec(line)?.[1])).toEqual(PUBLISHED)

    await using other = await createFolder({
      'package.json': '{ "name": "other", "private": true, "type": "module" }\n',
      '.npmrc': `@mochi:registry=${registry.url}/\n`,
      'tsconfig.json': JSON.stringify(TSCONFIG),
      'use.ts': USE,
    })
    const env = {
      ...checkout.env,
      pnpm_config_store_dir: other.join('store'),
      pnpm_config_cache_dir: other.join('cache'),
    }
    const run = (command: string, words: readonly string[]) => runProcess(command, words, { cwd: other.path, env })
    const installed = await run('pnpm', ['add', '@mochi/errors', '@mochi/names'])
    expect(installed, installed.stdout).toMatchObject({ code: 0 })
    expect(await run(join(workspaceRoot, 'node_modules/.bin/tsc'), ['-p', '.'])).toMatchObject({ code: 0, stdout: '' })
    expect(await run('node', ['use.ts'])).toMatchObject({ code: 0, stdout: 'true greeter_dev moon\n' })
  },
)

/** A copy of this checkout, installed, in which these libraries alone are published, by the token of the registry. */
async function createPublishingCheckout(registry: CompanyRegistry): Promise<Checkout> {
  await using started = new AsyncDisposableStack()
  const checkout = started.use(await createCheckout({ install: true, commit: false }))
  for (const name of await readdir(checkout.join('libs'))) {
    const path = `libs/${name}/package.json`
    const text = await readFile(checkout.join(path), 'utf8')
    if (!PUBLISHED.includes(name))
      await checkout.write({ [path]: text.replace('"type"', '"private": true,\n  "type"') })
  }
  await checkout.write({ '../home/.npmrc': `//${new URL(registry.url).host}/:_authToken=${registry.token}\n` })
  for (const args of [
    ['config', 'user.name', 'Ann'],
    ['config', 'user.email', 'ann@example.com'],
    ['add', '--all'],
    ['commit', '--quiet', '--no-verify', '--message', 'A copy'],
  ]) {
    const { code, stderr } = await checkout.run('git', args)
    expect(code, stderr).toBe(0)
  }
  const all = started.move()
  return { ...checkout, [Symbol.asyncDispose]: () => all.disposeAsync() }
}
