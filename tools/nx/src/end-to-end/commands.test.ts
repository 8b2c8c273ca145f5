import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { createFolder } from '@mochi/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createWorkbench } from './workbench.fixture.ts'
import type { Workbench } from './workbench.fixture.ts'

const PACK = 'npx nx run-many --targets=pack --projects=foo,bar,errors,names'

/**
 * What the pages of the guide do not show: they are replayed by the tests of docs, which prove `npx nx test`, `typecheck`,
 * `build` and `serve` of a new service, and `npx nx g lib` with `npx nx test` and `build` of a new library.
 */
describe('a service from one command', { timeout: 300_000 }, () => {
  let bench: Workbench

  beforeAll(async () => {
    bench = await createWorkbench()
  }, 300_000)

  afterAll(() => bench[Symbol.asyncDispose]())

  test('npx nx g service foo writes it, adds it to the lock file and asks nothing', async () => {
    await succeed('npx nx g service foo')

    expect(await bench.changes()).toBe(
      [
        ' M pnpm-lock.yaml',
        ...[
          'README.md',
          'package.json',
          'src/app.test.ts',
          'src/app.ts',
          'src/config.ts',
          'src/main.ts',
          'tsconfig.json',
        ].map((path) => `?? apps/foo/${path}`),
        '',
      ].join('\n'),
    )
  })

  test('npx nx g lib bar does too, and the lock file stays valid', async () => {
    await succeed('npx nx g lib bar')
    await succeed('pnpm install --frozen-lockfile --offline')
    await bench.commit()
  })

  test('npx nx lint foo succeeds at once', async () => {
    await succeed('npx nx lint foo')
  })

  test('npx nx coverage foo succeeds at once, and answers from the cache when only the README has changed', async () => {
    await succeed('npx nx coverage foo')
    await bench.checkout.write({ 'apps/foo/README.md': '# foo\n' })

    expect(await succeed('npx nx coverage foo')).toContain('1/1 hit')
  })

  test('npx nx affected runs what a change touches, and only that', async () => {
    const app = bench.checkout.join('apps/foo/src/app.ts')
    const source = await readFile(app, 'utf8')
    await bench.checkout.write({ 'apps/foo/src/app.ts': `${source}// to be removed\n` })
    await bench.commit()
    await bench.run('git switch --quiet --create ticket')
    // As it was generated: what ran above is answered from the cache.
    await bench.checkout.write({ 'apps/foo/src/app.ts': source })

    // Were the platform's own projects among them, the next commands would run this very test.
    expect((await succeed('npx nx show projects --affected')).trim()).toBe('foo')
    expect(await succeed('npx nx affected:test')).toContain('foo')
    await succeed('npx nx affected -t lint typecheck coverage build')
    expect(existsSync(bench.checkout.join('apps/foo/dist/main.js'))).toBe(true)
  })

  test('the reports of test and coverage stand beside each other', () => {
    for (const report of ['test/junit.xml', 'coverage/junit.xml', 'coverage/lcov.info', 'coverage/index.html']) {
      expect(existsSync(bench.checkout.join('apps/foo/reports', report)), report).toBe(true)
    }
  })

  test('npx nx serve foo starts anew on a change, and leaves nothing behind', async () => {
    // Any free port: others serve a foo on this machine too, on the port of its name.
    await using serve = bench.start('npx nx serve foo', { FOO_PORT: '0' })

    const url = /foo listens on (\S+)/.exec(await serve.waitFor(/foo listens on \S+\n/))?.[1] ?? ''
    expect(await json(`${url}/hello/you`)).toEqual({ message: 'Hello, you' })

    const app = bench.checkout.join('apps/foo/src/app.ts')
    const source = await readFile(app, 'utf8')
    await bench.checkout.write({ 'apps/foo/src/app.ts': source.replace('greeting}, ', 'greeting} to ') })
    await serve.waitFor(/listens on[^]*listens on/)
    await untilAnswer(`${url}/hello/you`, { message: 'Hello to you' })
    await bench.checkout.write({ 'apps/foo/src/app.ts': source })

    serve.killGroup('SIGINT')
    await serve.ended
    await expect(fetch(url)).rejects.toThrow()
  })

  test('a packed library is JavaScript that another package can import, with its types', async () => {
    await succeed(PACK)
    await using folder = await createFolder({
      'package.json': '{ "type": "module" }',
      'use.ts': "import { describeCount } from '@mochi/bar'\nexport const text: string = describeCount(2, 'node')\n",
      'use.js': "import { describeCount } from '@mochi/bar'\nconsole.log(describeCount(2, 'node'))\n",
    })
    const target = folder.join('node_modules/@mochi/bar')
    await mkdir(target, { recursive: true })
    await succeed(`tar -xzf libs/bar/dist/mochi-bar-0.1.0.tgz -C ${target} --strip-components=1`)

    expect((await bench.run(`node ${folder.join('use.js')}`)).stdout).toBe('2 nodes\n')
    await succeed(`node_modules/.bin/tsc --noEmit --module nodenext --strict --ignoreConfig ${folder.join('use.ts')}`)
  })

  test('a packed library of the platform is installed in an empty folder and imported, with the library that it needs', async () => {
    await using folder = await createFolder({
      'package.json': '{ "type": "module" }',
      'use.js': "import { serviceName } from '@mochi/names'\nconsole.log(serviceName('user-profile', 'dev'))\n",
    })
    const tarballs = ['errors', 'names'].map((lib) => bench.checkout.join(`libs/${lib}/dist/mochi-${lib}-0.1.0.tgz`))
    const installed = await bench.checkout.run('npm', ['install', '--offline', ...tarballs], {
      cwd: folder.path,
      env: bench.env,
    })
    expect(installed.code, installed.stderr).toBe(0)

    expect(await bench.run(`node ${folder.join('use.js')}`)).toMatchObject({ code: 0, stdout: 'user-profile_dev\n' })
  })

  test('the release of a service needs nothing but Node, and says so', async () => {
    await using folder = await createFolder()
    await succeed(`tar -xzf apps/foo/dist/mochi-foo-0.1.0.tgz -C ${folder.path} --strip-components=1`)
    expect((await readdir(folder.path)).sort()).toEqual(['LICENSE', 'README.md', 'dist', 'package.json'])
    expect(await readFile(folder.join('package.json'), 'utf8')).not.toMatch(/dependencies"/i)

    await using service = bench.start(`node ${folder.join('dist/main.js')}`, { FOO_PORT: '0' })
    const url = /foo listens on (\S+)/.exec(await service.waitFor(/foo listens on \S+\n/))?.[1] ?? ''
    expect(await json(`${url}/health`)).toMatchObject({ name: 'foo', version: '0.1.0', status: 'ok' })
  })

  test('another checkout builds and packs the same bytes', async () => {
    await bench.commit()
    const products = ['apps/foo/dist/main.js', 'apps/foo/dist/main.js.map', 'apps/foo/dist/mochi-foo-0.1.0.tgz']
    const packed = [...products, 'libs/bar/dist/mochi-bar-0.1.0.tgz']
    const ours = await Promise.all(packed.map((path) => readFile(bench.checkout.join(path))))
    await using other = await createWorkbench({ source: bench.checkout.path, install: false })
    await moveDependencies(bench.checkout.path, other.checkout.path)
    const { code, stdout, stderr } = await other.run(PACK)
    expect(code, stdout + stderr).toBe(0)

    for (const [index, path] of packed.entries()) {
      expect(ours[index]?.equals(await readFile(other.checkout.join(path))), path).toBe(true)
    }
  })

  async function succeed(line: string): Promise<string> {
    const { code, stdout, stderr } = await bench.run(line)
    expect(code, `${line}\n${stdout}${stderr}`).toBe(0)
    return stdout
  }
})

async function json(url: string): Promise<unknown> {
  return (await fetch(url)).json()
}

/** A swap overlaps: a connection that was open is served to its end by the process that it was made to. */
async function untilAnswer(url: string, wanted: object): Promise<void> {
  while (!isDeepStrictEqual(await json(url), wanted));
}

/** What pnpm has installed leads from project to project by relative links, so it is right wherever it stands. */
async function moveDependencies(from: string, to: string): Promise<void> {
  const rooms = ['apps', 'libs', 'tools']
  const nested = await Promise.all(
    rooms.map(async (room) => (await readdir(join(from, room))).map((name) => join(room, name))),
  )
  const folders = ['.', 'docs', 'toolchain', ...nested.flat()].map((folder) => join(folder, 'node_modules'))
  const installed = folders.filter((folder) => existsSync(join(from, folder)))
  await Promise.all(installed.map((folder) => rename(join(from, folder), join(to, folder))))
}
