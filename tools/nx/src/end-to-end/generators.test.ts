import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { APP_NAME_LENGTH } from '@mochi/names'
import { createFolder, requireCommand, startProcess } from '@mochi/testing'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { kinds, roomOf } from '../scaffold/kinds.ts'
import { createRenderer } from '../scaffold/render-project.fixture.ts'
import { createWorkbench } from './workbench.fixture.ts'
import type { Workbench } from './workbench.fixture.ts'

const otherNode = findOtherNode()

/** Where everything is installed that a project of the kind imports. */
const installed = { service: 'apps/hello', lib: 'libs/names' } as const

describe('the generators, through Nx and through plop', { timeout: 300_000 }, () => {
  let bench: Workbench

  beforeAll(async () => {
    bench = await createWorkbench()
  }, 300_000)

  afterAll(() => bench[Symbol.asyncDispose]())

  /** Each test begins with what was committed; what is installed stays. */
  afterEach(async () => {
    await bench.run('git checkout --quiet .')
    await bench.run('git clean --quiet --force -d -x apps libs --exclude=node_modules')
  })

  test('npx nx g service and npx plop write the same bytes and modes', async () => {
    const folder = bench.checkout.join('apps/same')
    expect(await succeed('npx nx g service same --skip-install')).toContain('now run: ./mochi setup')
    const byNx = await treeOf(folder)
    await rm(folder, { recursive: true })
    await succeed('npx plop service same --skip-install')

    expect(await treeOf(folder)).toEqual(byNx)
    expect(byNx.size).toBeGreaterThan(5)
    expect(await bench.changes()).not.toContain('pnpm-lock.yaml')

    const before = await bench.changes()
    expect(await succeed('npx nx g service same')).toContain('nothing changed')
    expect(await succeed('npx plop service same')).toContain('nothing changed')
    expect(await bench.changes()).toBe(before)
  })

  test.each(['nx g service foo --dry-run', 'plop service foo --dry-run', 'plop service foo -- --dryRun'])(
    'npx %s shows the files and writes nothing',
    async (line) => {
      expect(await succeed(`npx ${line}`)).toContain('CREATE apps/foo/src/main.ts')
      expect(await bench.changes()).toBe('')
    },
  )

  test.each(['nx g', 'plop'])(
    'npx %s ci gitlab shows the workflow, writes it, and needs nothing else',
    async (front) => {
      expect(await succeed(`npx ${front} ci gitlab --dry-run`)).toContain('CREATE .gitlab-ci.yml')
      expect(await bench.changes()).toBe('')
      expect(await succeed(`npx ${front} ci gitlab`)).toContain('.gitlab-ci.yml is written')
      expect(await bench.changes()).toBe('?? .gitlab-ci.yml\n')
      expect(await readFile(bench.checkout.join('.gitlab-ci.yml'), 'utf8')).toBe(
        await readFile(bench.checkout.join('templates/ci/gitlab.yml'), 'utf8'),
      )
      await rm(bench.checkout.join('.gitlab-ci.yml'))
    },
  )

  test.each(['nx g', 'plop'])('npx %s service hello --dry-run says that there is nothing to do', async (front) => {
    expect(await succeed(`npx ${front} service hello --dry-run`)).toContain('nothing changed')
  })

  test.each([
    ['nx g service', 'SCAFFOLD_NAME_MISSING'],
    ['plop service', 'SCAFFOLD_NAME_MISSING'],
    ['plop', 'SCAFFOLD_KIND_UNKNOWN'],
    ['nx g ci', 'SCAFFOLD_CI_UNKNOWN'],
    ['nx g ci circle', 'found circle'],
    ['plop ci', 'SCAFFOLD_CI_UNKNOWN'],
    ['plop service foo --dryrun', 'SCAFFOLD_OPTION_UNKNOWN'],
    ['nx g service foo --no-such-flag', 'is not found in schema'],
  ])('npx %s is an error and not a question', async (line, reason) => {
    const { code, stdout, stderr } = await bench.run(`npx ${line}`)

    expect(stdout + stderr).toContain(reason)
    expect(code).toBe(1)
    expect(await bench.changes()).toBe('')
  })

  test.each(['nx g', 'plop'])('npx %s service hello-dev is refused with exit code 1', async (front) => {
    const { code, stdout, stderr } = await bench.run(`node_modules/.bin/${front} service hello-dev`)

    expect(stdout + stderr).toContain('not ending in -localdev, -dev or -prod')
    expect(code).toBe(1)
    expect(await bench.changes()).toBe('')
  })

  test.runIf(requireCommand('script'))('in a terminal, and with CI=true, nothing is asked', async () => {
    // Without a width, plop's spinner never ends: the terminal that `script` opens has none until it is told.
    const typed = 'stty cols 100 rows 30 && npx nx g service foo && npx plop lib bar --skipInstall'
    await using terminal = startProcess('script', ['-qec', typed, '/dev/null'], {
      cwd: bench.checkout.path,
      env: { ...bench.env, TERM: 'xterm' },
    })
    expect((await terminal.ended).code, terminal.output).toBe(0)
    expect((await bench.run('npx nx g lib baz --skip-install', { CI: 'true' })).code).toBe(0)
    expect((await bench.run('git status --short nx.json')).stdout).toBe('')
  })

  test('an install that fails leaves the files, says what to run and ends with 1', async () => {
    await using folder = await createFolder()
    await folder.write({ pnpm: '#!/bin/sh\necho ERR_PNPM_NETWORK\nexit 1\n' }, { mode: 0o755 })
    const { code, stdout, stderr } = await bench.run('npx nx g service foo', {
      PATH: `${folder.path}:${bench.env['PATH'] ?? ''}`,
    })

    expect(stdout + stderr).toContain(
      'The files are written, but pnpm could not install the new dependencies: ERR_PNPM_NETWORK',
    )
    expect(stdout + stderr).toContain('next:  ./mochi setup')
    expect(code).toBe(1)
    expect(await bench.changes()).toContain('apps/foo/src/main.ts')
  })

  test('projects of every name length are accepted by the compiler, and the shortest and longest by the linter', async () => {
    const render = await createRenderer()
    const names = Array.from({ length: APP_NAME_LENGTH }, (_, index) => 'm'.repeat(index + 1))
    for (const kind of kinds) {
      const files = names.flatMap((name) => render(kind, name))
      await bench.checkout.write(
        Object.fromEntries(
          files
            .filter(({ path }) => /\.ts$|\/package\.json$/.test(path))
            .map(({ path, content }) => [`${installed[kind]}/src/many/${path}`, content]),
        ),
      )
      const inProject = { cwd: bench.checkout.join(installed[kind]), env: bench.env }
      const compiled = await bench.checkout.run('../../node_modules/.bin/tsc', ['-p', '.'], inProject)
      expect(compiled.code, compiled.stdout).toBe(0)

      // No rule of the linter looks at the length of a line: the shortest and the longest name stand for all.
      const folders = [names[0], names.at(-1)].map((name) => `src/many/${roomOf[kind]}/${name}`)
      const linted = await bench.checkout.run('../../node_modules/.bin/eslint', folders, inProject)
      expect(linted.code, linted.stdout).toBe(0)
    }
  })

  test('apps/hello is just as the template makes it', async () => {
    expect(await succeed('npx nx g service hello')).toContain('nothing changed')
  })

  test.runIf(otherNode !== undefined).each([
    ['nx test hello', 'node_modules/nx/dist/bin/nx.js'],
    ['plop service foo', 'node_modules/plop/bin/plop.js'],
  ])('another Node is told which one is wanted, and the command: npx %s', async (line, program) => {
    const [, ...args] = line.split(' ')
    const { code, stdout, stderr } = await bench.checkout.run(otherNode ?? '', [bench.checkout.join(program), ...args])

    expect(stdout + stderr).toContain(`Expected Node ${process.version.slice(1)}, found Node `)
    expect(stdout + stderr).toContain(`./mochi exec -- npx ${line}`)
    expect(stdout + stderr).not.toContain('ERR_UNKNOWN_FILE_EXTENSION')
    expect(code).toBe(1)
  })

  test('npx nx in a clone without node_modules fetches nothing', async () => {
    await rename(bench.checkout.join('node_modules'), bench.checkout.join('../node_modules.aside'))
    const { code, stderr } = await bench.run('npx nx g service foo')
    await rename(bench.checkout.join('../node_modules.aside'), bench.checkout.join('node_modules'))

    expect(stderr).toContain('npx canceled due to missing packages')
    expect(code).toBe(1)
    const fetched = (await treeOf(bench.checkout.home)).keys().filter((path) => path.includes('node_modules/'))
    expect([...fetched]).toEqual([])
  })

  async function succeed(line: string): Promise<string> {
    const { code, stdout, stderr } = await bench.run(line.replace('npx ', 'node_modules/.bin/'))
    expect(code, `${line}\n${stdout}${stderr}`).toBe(0)
    return stdout + stderr
  }
})

/** Every file below a folder, with its mode. */
async function treeOf(folder: string): Promise<Map<string, { mode: number; text: string }>> {
  const files = (await readdir(folder, { withFileTypes: true, recursive: true })).filter((entry) => entry.isFile())
  const tree = new Map<string, { mode: number; text: string }>()
  for (const path of files.map((entry) => join(entry.parentPath, entry.name)).sort()) {
    tree.set(relative(folder, path), { mode: (await stat(path)).mode, text: await readFile(path, 'utf8') })
  }
  return tree
}

/** A Node of the system's own that is not the pinned one, if this machine has one. */
function findOtherNode(): string | undefined {
  const candidates = ['/usr/bin/node', '/usr/local/bin/node', '/opt/homebrew/bin/node'].filter((path) =>
    existsSync(path),
  )
  return candidates.find(
    (path) => spawnSync(path, ['--version'], { encoding: 'utf8' }).stdout.trim() !== process.version,
  )
}
