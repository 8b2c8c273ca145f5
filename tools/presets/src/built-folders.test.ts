import { copyFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { createFolder, runProcess } from '@mochi/testing'
import { ESLint } from 'eslint'
import { describe, expect, test } from 'vitest'

const workspace = resolve(import.meta.dirname, '../../..')

/** What a project has built: made again at will, by nobody's hand. */
const built = ['apps/hello/dist/main.js', 'libs/errors/dist/part/index.d.ts', 'libs/dist/dist/index.js']

/** Sources, in a room or a folder that is called like what is built. */
const sources = ['libs/dist/src/index.ts', 'apps/dist/src/main.ts', 'libs/a/src/dist/index.ts']

const ignoring: Readonly<Record<string, (path: string) => Promise<boolean>>> = {
  git: async (path) => {
    const options = ['-c', 'core.excludesFile=/dev/null', 'check-ignore', '--no-index', '--quiet', path]
    const { code } = await runProcess('git', options, { cwd: workspace })
    if (code !== 0 && code !== 1) throw new Error(`git check-ignore ended with ${String(code)}.`)
    return code === 0
  },
  prettier: async (path) => {
    const prettier = resolve(workspace, 'node_modules/.bin/prettier')
    const { stdout } = await runProcess(prettier, ['--file-info', path], { cwd: workspace })
    return (JSON.parse(stdout) as { ignored: boolean }).ignored
  },
  // As the targets call it: in a project's folder.
  eslint: (path) => new ESLint({ cwd: import.meta.dirname }).isPathIgnored(resolve(workspace, path)),
}

describe.each(Object.entries(ignoring))('%s', (_, isIgnored) => {
  test.each(built)('leaves out %s', async (path) => {
    expect(await isIgnored(path)).toBe(true)
  })

  test.each(sources)('sees %s', async (path) => {
    expect(await isIgnored(path)).toBe(false)
  })
})

// There it does not read the .prettierignore of the root.
test('npx prettier --check . in a folder of a project looks at the sources, and at nothing that a target wrote', async () => {
  const crooked = 'const  a = 1'
  const written = [...built, 'libs/errors/reports/coverage/theme.js', 'docs/reports/coverage/theme.js']
  await using folder = await createFolder(Object.fromEntries([...written, ...sources].map((path) => [path, crooked])))
  await copyFile(resolve(workspace, '.prettierrc.json'), folder.join('.prettierrc.json'))
  const check = async (project: string) => {
    const prettier = resolve(workspace, 'node_modules/.bin/prettier')
    const { stdout, stderr } = await runProcess(prettier, ['--list-different', '.'], { cwd: folder.join(project) })
    return `${stdout}${stderr}`
  }

  expect(await Promise.all(['libs/errors', 'docs', 'libs/dist', 'libs/a', 'apps'].map(check))).toEqual([
    '',
    '',
    'src/index.ts\n',
    'src/dist/index.ts\n',
    'dist/src/main.ts\n',
  ])
})
