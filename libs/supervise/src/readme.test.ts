import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createFolder, runProcess, startProcess } from '@mochi/testing'
import { describe, expect, test } from 'vitest'
import { askLauncher } from './control/client.ts'
import { startOf } from './process-start.ts'

const readme = await readFile(join(import.meta.dirname, '../README.md'), 'utf8')

/** A file of this library, as an example names it from the root of the workspace or from a folder there. */
function withPaths(example: string): string {
  return example.replaceAll(/(?:\.\.\/)?libs\/supervise\/src/g, import.meta.dirname)
}

/** What a launcher runs outlives it; where a test has failed, that ends too. */
async function killAt(control: string): Promise<void> {
  await askLauncher(control, { do: 'kill' }).catch(() => undefined)
}

describe('The README', () => {
  test('starts a launcher that runs what launch.json says, and ends with it', async () => {
    await using folder = await createFolder()
    const [, example = ''] = /```sh\n(mkdir[^]+?)```/.exec(readme) ?? []
    await using shell = startProcess('sh', ['-c', withPaths(example)], { cwd: folder.path })
    const control = folder.join('foo/launcher/control')
    await using _service = { [Symbol.asyncDispose]: () => killAt(control) }
    const start = async (): Promise<string> => (await askLauncher(control, { do: 'start' })).status.phase
    await expect.poll(start, { timeout: 20_000 }).toBe('running')
    const { status } = await askLauncher(control, { do: 'status' })
    expect(status.name).toBe('foo')
    expect(startOf(status.pid ?? 0)).toBeDefined()
    // To the launcher as well as to the shell that waits for it.
    shell.killGroup('SIGTERM')
    expect((await shell.ended).stderr).toBe('')
    expect(startOf(status.pid ?? 0)).toBeUndefined()
  })

  test('writes a log that looks as it says', async () => {
    await using folder = await createFolder()
    const section = readme.split('## The log writer')[1] ?? ''
    const [, example = '', promised] = /```sh\n([^]+?)```\n\nprints\n\n```text\n([^]+?)```/.exec(section) ?? []
    const { stdout } = await runProcess('sh', ['-c', withPaths(example)], { cwd: folder.path })
    expect(stdout.replaceAll(/^\S+Z/gm, '2026-11-23T08:15:30.123456Z')).toBe(promised)
  })
})
