import { existsSync } from 'node:fs'
import { mkdir, readFile } from 'node:fs/promises'
import { localdevPort } from '@mochi/names'
import { createFolder } from '@mochi/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createWorkbench } from './workbench.fixture.ts'
import type { Workbench } from './workbench.fixture.ts'

/** The commands of the README, literally, in one checkout, one after the other. */
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
    await succeed('pnpm install --frozen-lockfile --offline')
  })

  test.each(['test', 'coverage', 'lint', 'typecheck', 'build'])('npx nx %s foo succeeds at once', async (target) => {
    await succeed(`npx nx ${target} foo`)
  })

  test('a second run answers from the cache, also when only the README has changed', async () => {
    await bench.checkout.write({ 'apps/foo/README.md': '# foo\n' })

    expect(await succeed('npx nx test foo')).toContain('1/1 hit')
  })

  test('the reports of test and coverage stand beside each other', () => {
    for (const report of ['test/junit.xml', 'coverage/junit.xml', 'coverage/lcov.info', 'coverage/index.html']) {
      expect(existsSync(bench.checkout.join('apps/foo/reports', report)), report).toBe(true)
    }
  })

  test('npx nx serve foo serves, starts anew on a change, and leaves nothing behind', async () => {
    const url = `http://127.0.0.1:${localdevPort('foo')}`
    await using serve = bench.start('npx nx serve foo')

    await serve.waitFor(`foo listens on ${url}`)
    expect(await json(`${url}/hello/you`)).toEqual({ message: 'Hello, you' })

    const app = bench.checkout.join('apps/foo/src/app.ts')
    const source = await readFile(app, 'utf8')
    await bench.checkout.write({ 'apps/foo/src/app.ts': source.replace('${greeting}, ', '${greeting} to ') })
    await serve.waitFor(/listens on[^]*listens on/)
    expect(await json(`${url}/hello/you`)).toEqual({ message: 'Hello to you' })
    await bench.checkout.write({ 'apps/foo/src/app.ts': source })

    serve.killGroup('SIGINT')
    await serve.ended
    await expect(fetch(url)).rejects.toThrow()
  })

  test('npx nx g lib bar and npx nx test bar', async () => {
    await succeed('npx nx g lib bar')
    await succeed('pnpm install --frozen-lockfile --offline')
    await succeed('npx nx test bar')
  })

  test('npx nx affected runs what a change touches, and only that', async () => {
    await bench.commit()
    await bench.run('git switch --quiet --create ticket')
    await bench.checkout.write({
      'libs/bar/src/index.ts': "export { describeCount } from './bar.ts'\nexport const one = 1\n",
    })

    // Were the platform's own projects among them, the next commands would run this very test.
    expect((await succeed('npx nx show projects --affected')).trim()).toBe('bar')
    expect(await succeed('npx nx affected:test')).toContain('bar')
    await succeed('npx nx affected -t lint typecheck coverage build')
    expect(existsSync(bench.checkout.join('libs/bar/dist/index.d.ts'))).toBe(true)
  })

  test('another checkout builds and packs the same bytes', async () => {
    await using other = await createWorkbench({ source: bench.checkout.path })
    const products = ['apps/foo/dist/main.js', 'apps/foo/dist/main.js.map', 'apps/foo/dist/mochi-foo-0.1.0.tgz']
    const packed = [...products, 'libs/bar/dist/mochi-bar-0.1.0.tgz']
    for (const each of [bench, other]) {
      const { code, stdout, stderr } = await each.run('npx nx run-many --targets=pack --projects=foo,bar')
      expect(code, stdout + stderr).toBe(0)
    }

    for (const path of packed) {
      const [ours, theirs] = [await readFile(bench.checkout.join(path)), await readFile(other.checkout.join(path))]
      expect(ours.equals(theirs), path).toBe(true)
    }
  })

  test('a packed library is JavaScript that another package can import, with its types', async () => {
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

  async function succeed(line: string): Promise<string> {
    const { code, stdout, stderr } = await bench.run(line)
    expect(code, `${line}\n${stdout}${stderr}`).toBe(0)
    return stdout
  }
})

async function json(url: string): Promise<unknown> {
  return (await fetch(url)).json()
}
