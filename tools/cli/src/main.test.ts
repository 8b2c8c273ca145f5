import { runProcess } from '@mochi/testing'
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import manifest from '../package.json' with { type: 'json' }

const main = join(import.meta.dirname, 'main.ts')
const root = resolve(import.meta.dirname, '../../..')

function mochi(args: string[], env: Record<string, string> = {}) {
  return runProcess(process.execPath, [main, ...args], { env: { ...process.env, ...env } })
}

describe('The program', () => {
  test('prints help and version', async () => {
    expect(await mochi(['--help'])).toMatchObject({ code: 0, stderr: '' })
    expect(await mochi(['--version'])).toMatchObject({ code: 0, stdout: `${manifest.version}\n` })
  })

  test('exits with the code of what happened', async () => {
    expect((await mochi(['tset'])).code).toBe(2)
    expect((await mochi(['explain', 'NO_SUCH_CODE_AT_ALL'])).code).toBe(1)
  })

  test('works from any folder on the checkout that it stands in', async () => {
    const { stdout } = await runProcess(process.execPath, [main, 'status', '--json'], { cwd: '/', env: process.env })
    expect(JSON.parse(stdout)).toMatchObject({ root })
  })

  test('ends quietly when its reader has left', async () => {
    const line = `"${process.execPath}" "${main}" explain | true; echo end`
    expect(await runProcess('sh', ['-c', line])).toMatchObject({ stdout: 'end\n', stderr: '' })
  })

  test.skipIf(!existsSync('/dev/full'))('says that its output cannot be written, and has failed', async () => {
    const line = `"${process.execPath}" "${main}" explain > /dev/full`
    const { code, stderr } = await runProcess('sh', ['-c', line])
    expect(code).toBe(1)
    expect(stderr).toMatch(/^error: Expected to be able to write the output, but the system answered: .*ENOSPC.*\n$/)
  })

  test('writes colours only where it is told to', async () => {
    const plain = await mochi(['--help'], { NO_COLOR: '1' })
    const painted = await mochi(['--help'], { NO_COLOR: '', FORCE_COLOR: '1' })
    expect(plain.stdout).not.toContain('\u001b[')
    expect(painted.stdout).toContain('\u001b[1m')
  })

  test('knows a code by the flag form too', async () => {
    const { code, stdout } = await mochi(['--explain', 'CLI_UNKNOWN_CODE'])
    expect(code).toBe(0)
    expect(stdout).toContain('CLI_UNKNOWN_CODE: No error has this code')
  })
})
