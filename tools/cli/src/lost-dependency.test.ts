import { cp, rm, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { formatError } from '@mochi/errors'
import { createFolder, runProcess, workspaceRoot } from '@mochi/testing'
import { describe, expect, test } from 'vitest'
import { errors } from './errors.ts'
import { findLostDependency, reportLostDependency } from './lost-dependency.ts'
import { runCli } from './run-cli.ts'
import { createTestContext } from './testing/test-context.ts'

describe('A dependency that is not there', () => {
  test.each([
    ["Cannot find package 'saxes' imported from /r/a.ts", 'saxes', '/r/a.ts'],
    ["Cannot find package '@stricli/core' imported from /r/a.ts", '@stricli/core', '/r/a.ts'],
    ["Cannot find package '/r/node_modules/.pnpm/p@1/node_modules/@s/p/x.js' imported from /r/a.ts", '@s/p', '/r/a.ts'],
    ["Cannot find module '/r/node_modules/p/dist/x.js' imported from /r/a.ts", 'p', '/r/a.ts'],
    ["Cannot find module 'p/sub'\nRequire stack:\n- /r/a.cjs", 'p', undefined],
    ["The requested module 'saxes' does not provide an export named 'x'", 'saxes', undefined],
  ])('is known by what Node says: %j', (message, dependency, importer) => {
    expect(findLostDependency(new Error(message))).toEqual({ dependency, importer })
  })

  test.each([
    "Cannot find module '/r/tools/cli/src/lost.ts' imported from /r/tools/cli/src/main.ts",
    "The requested module './a.ts' does not provide an export named 'x'",
    "The requested module '@mochi/errors' does not provide an export named 'x'",
    'boom',
  ])('is not what %j means', (message) => {
    expect(findLostDependency(new Error(message))).toBeUndefined()
  })

  test.each([false, true])('is printed without the printer of errors as with it; JSON: %s', (json) => {
    const facts = { dependency: 'saxes', importer: '/r/a.ts' }
    const error = errors.CLI_DEPENDENCIES_STALE(facts)
    const text = json ? JSON.stringify({ error }, undefined, 2) : formatError(error)
    const report = reportLostDependency(facts, { env: {}, json })
    expect(report).toEqual({ stdout: json ? `${text}\n` : '', stderr: json ? '' : `${text}\n` })
    expect(reportLostDependency(facts, { env: { MOCHI_COMMAND: '../mochi' }, json: false }).stderr).toContain(
      '  next:  ../mochi setup\n',
    )
  })

  test('that a command loads late ends with the same error', async () => {
    await using folder = await createFolder({ 'libs/a/src/errors.ts': "import 'lost-package'" })
    const context = createTestContext({ root: folder.path })
    expect(await runCli(['explain'], context, '0')).toBe(1)
    expect(context.written.stderr).toMatch(
      /: lost-package is not there.*\n.*where: .*errors\.ts\n.*next: {2}\.\/mochi setup/,
    )
  })
})

describe('The program', () => {
  /** Its sources, with the packages that are installed but these. */
  async function runWithout(packages: readonly string[], args: string[]) {
    await using folder = await createFolder()
    const cli = join(workspaceRoot, 'tools/cli')
    await cp(join(cli, 'src'), folder.join('tools/cli/src'), { recursive: true })
    await cp(join(cli, 'package.json'), folder.join('tools/cli/package.json'))
    await cp(join(cli, 'node_modules'), folder.join('tools/cli/node_modules'), { recursive: true })
    await symlink(join(workspaceRoot, 'libs'), folder.join('libs'))
    await symlink(join(workspaceRoot, 'node_modules'), folder.join('node_modules'))
    await symlink(join(workspaceRoot, 'toolchain'), folder.join('toolchain'))
    for (const name of packages) await rm(folder.join('tools/cli/node_modules', name), { recursive: true })
    return await runProcess(process.execPath, [folder.join('tools/cli/src/main.ts'), ...args], { env: {} })
  }

  test.each(['@stricli/core', '@mochi/errors'])('says so without a stack when %s is not installed', async (name) => {
    const { code, stdout, stderr } = await runWithout([name], ['status'])
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toContain(`error: The dependencies are older than pnpm-lock.yaml: ${name} is not there`)
    expect(stderr).toContain('  next:  ./mochi setup\n  code:  CLI_DEPENDENCIES_STALE')
    expect(stderr.split('\n')).toHaveLength(5)
  })

  test('runs where all are there', async () => {
    expect(await runWithout([], ['--version'])).toMatchObject({ code: 0, stderr: '' })
  })
})
