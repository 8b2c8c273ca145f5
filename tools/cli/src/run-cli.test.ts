import { createFolder } from '@mochi/testing'
import { formatLock } from '@mochi/toolchain'
import { describe, expect, test } from 'vitest'
import { runCli } from './run-cli.ts'
import { createTestContext } from './testing/test-context.ts'

const CATALOGUE = `export const errors = { definitions: { A_CODE: { summary: 'It broke', explain: 'Run \`./mochi test\`.' } } }`

async function call(args: string[], root = '/nowhere') {
  const context = createTestContext({ root })
  const code = await runCli(args, context, '1.2.3')
  return { code, ...context.written }
}

describe('Called by another name than ./mochi', () => {
  test.each([
    ['status'],
    ['setup'],
    ['doctor'],
    ['tset'],
    ['install'],
    ['explain'],
    ['explain A_CODE'],
    ['explain A_COD'],
    ['toolchain list'],
    ['toolchain check'],
    ['toolchain rollback'],
    ['toolchain profile add --shell bash'],
    ['uninstall'],
  ])('%s tells people to type that name', async (line) => {
    await using folder = await createFolder({
      'libs/a/src/errors.ts': CATALOGUE,
      'toolchain/toolchain.lock': formatLock({ artifacts: [], contents: [], scripts: [] }),
      'pnpm-lock.yaml': '',
      'home/.mochi/env/0123456789abcdef/bin/node': '',
      'home/.mochi/opt/file': '',
    })
    const called = { command: '../../mochi', columns: 300, answer: () => undefined }
    const place = { root: folder.path, home: folder.join('home'), prefix: folder.join('home/.mochi') }
    const context = createTestContext({ ...place, ...called })
    await runCli(line.split(' '), context, '1.2.3')
    const told = context.written.stdout + context.written.stderr
    expect(told).toMatch(/(?:^|[ (`])\.\.\/\.\.\/mochi /m)
    expect(told).not.toMatch(/(?<!\.\.\/\.)\.\/mochi\b/)
    expect(told).not.toMatch(/[`(] ?mochi [a-z-]/)
  })
})

describe('Help', () => {
  test('groups every command by when one needs it', async () => {
    const { code, stdout, stderr } = await call(['--help'])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    const titles = ['Start here', 'Every day', 'Toolchain', 'Explain']
    expect(stdout.split('\n').filter((line) => titles.includes(line))).toEqual(titles)
    for (const name of ['setup', 'doctor', 'test', 'check', 'exec', 'env', 'toolchain', 'explain', 'why', 'completion'])
      expect(stdout).toMatch(new RegExp(`^  ${name} +\\S`, 'm'))
    expect(stdout).not.toContain('__complete')
  })

  test.each([...['--help', 'toolchain --help', 'toolchain bundle --help', 'why --help'], 'explain A_CODE', 'explain'])(
    'of a narrow terminal has no wider line, but for words that are: %s',
    async (line) => {
      const explain = 'Run `./mochi test`, and look at what it says of the rest of the checkout.'
      const catalogue = CATALOGUE.replace('Run `./mochi test`.', explain)
      expect(catalogue).not.toBe(CATALOGUE)
      await using folder = await createFolder({ 'libs/a/src/errors.ts': catalogue })
      const context = createTestContext({ root: folder.path, columns: 40 })
      expect(await runCli(line.split(' '), context, '1.2.3')).toBe(0)
      const wide = context.written.stdout.split('\n').filter((text) => text.length > 40 && text.trim().includes(' '))
      expect(wide).toEqual([])
    },
  )

  test.each(['ci', 'cache token', 'doctor', 'up', 'status'])(
    'of %s breaks a line only where the next word is too long',
    async (name) => {
      const context = createTestContext({ columns: 60 })
      await runCli([...name.split(' '), '--help'], context, '1.2.3')
      const [, description = ''] = context.written.stdout.split('\n\n')
      const lines = description.split('\n')
      const short = lines.slice(0, -1).filter((line, index) => {
        const [next = ''] = lines[index + 1]?.split(' ') ?? []
        return `${line} ${next}`.length <= 60
      })
      expect({ short, long: lines.filter((line) => line.length > 60) }).toEqual({ short: [], long: [] })
    },
  )

  test('of one command is reached by flag and by word', async () => {
    const byFlag = await call(['toolchain', 'lock', '--help'])
    expect(byFlag.stdout).toContain('mochi toolchain lock [--update] [--dry-run] [--json]')
    expect(await call(['help', 'toolchain', 'lock'])).toEqual(byFlag)
  })

  test('does not say of every flag that it is false by default', async () => {
    expect((await call(['check', '--help'])).stdout).not.toContain('default')
  })

  test('fits a narrow terminal', async () => {
    const context = createTestContext({ columns: 40 })
    await runCli(['--help'], context, '1.2.3')
    const commands = context.written.stdout.split('\n').filter((line) => line.startsWith('  '))
    expect(Math.max(...commands.map((line) => line.length))).toBeLessThanOrEqual(40)
  })

  test('has a version', async () => {
    expect(await call(['--version'])).toEqual({ code: 0, stdout: '1.2.3\n', stderr: '' })
  })
})

describe('Wrong usage ends with 2, names the nearest and the next command', () => {
  test.each([
    [['tset'], 'Did you mean `test`?', './mochi --help'],
    [['install'], 'Did you mean `./mochi setup`?', './mochi setup'],
    [['isntall'], 'Did you mean `./mochi setup`?', './mochi setup'],
    [['unistall'], 'Did you mean `uninstall`?', './mochi --help'],
    [['toolchain', 'lsit'], 'Did you mean `list`?', './mochi toolchain --help'],
    [['toolchain', 'lock', '--updat'], 'did you mean --update?', './mochi toolchain lock --help'],
    [['completion', 'tcsh'], 'expected bash, zsh, fish', './mochi completion --help'],
    [['why'], 'Expected argument for target', './mochi why --help'],
    [['explain', 'a', 'b'], 'encountered "b"', './mochi explain --help'],
  ])('%j', async (args, said, next) => {
    const { code, stdout, stderr } = await call(args)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toMatch(/^error: /)
    expect(stderr).toContain(said)
    expect(stderr).toMatch(new RegExp(`  next:  ${next}\n$`))
  })
})

describe('What a command throws', () => {
  test('with a code is shown without a stack, and ends with 1', async () => {
    await using folder = await createFolder({ 'libs/a/src/errors.ts': CATALOGUE })
    expect(await call(['explain', 'A_COD'], folder.path)).toEqual({
      code: 1,
      stdout: '',
      stderr: [
        'error: No error has the code A_COD. Did you mean A_CODE?',
        '  next:  ./mochi explain A_CODE',
        '  code:  CLI_UNKNOWN_CODE (./mochi --explain CLI_UNKNOWN_CODE)\n',
      ].join('\n'),
    })
  })

  test('is one JSON document on standard output where --json asks for one', async () => {
    await using folder = await createFolder({ 'libs/a/src/errors.ts': CATALOGUE })
    const { code, stdout, stderr } = await call(['explain', 'A_COD', '--json'], folder.path)
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' })
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'CLI_UNKNOWN_CODE', facts: { nearest: ['A_CODE'] } } })
  })

  test('without a code is our fault: stack, where to report, 70, and no secret in it', async () => {
    const text = `throw new Error('boom at https://user:hunter22@registry.example/')`
    await using folder = await createFolder({ 'libs/a/src/errors.ts': text })
    const { code, stdout, stderr } = await call(['explain', '--json'], folder.path)
    expect({ code, stdout }).toEqual({ code: 70, stdout: '' })
    expect(stderr).toContain('This is a fault of mochi, not of yours.')
    expect(stderr).toMatch(/at .*errors\.ts/)
    expect(stderr).toContain('./mochi doctor --json')
    expect(stderr).not.toContain('hunter22')
  })
})

test.each([
  ['EACCES', "ls -ld '/prefix/var/log/foo'"],
  ['ENOSPC', 'df -h'],
])('What the system refuses by %s is no fault of the program', async (code, next) => {
  const state = { isFirst: true }
  const refuse = (): void => {
    if (!state.isFirst) return
    state.isFirst = false
    throw Object.assign(new Error(`${code}: words, open`), { code, path: '/prefix/var/log/foo' })
  }
  const context = createTestContext({ onWrite: refuse })
  expect(await runCli(['explain'], context, '0')).toBe(1)
  expect(context.written.stderr).toContain(`answered: ${code}: words, open.\n  next:  ${next}\n`)
})
