import { describe, expect, test } from 'vitest'
import { createFolder } from './folder.ts'
import { isAlive, runProcess, startProcess } from './process.ts'

const node = (script: string) => [process.execPath, ['-e', script]] as const
/** Writes what it is told, then stays until it is killed. */
const stays = (script: string) => node(`${script}; setInterval(() => {}, 1e6)`)

describe('a command run to its end', () => {
  test('gives its exit code and both outputs apart', async () => {
    const outcome = await runProcess(...node('console.log("out"); console.error("err"); process.exitCode = 3'))
    expect(outcome).toEqual({ code: 3, signal: null, stdout: 'out\n', stderr: 'err\n' })
  })

  test('gives the signal that ended it', async () => {
    expect(await runProcess(...node('process.kill(process.pid, "SIGTERM")'))).toMatchObject({
      code: null,
      signal: 'SIGTERM',
    })
  })

  test('reads its input, in its folder, with its environment and no other', async () => {
    await using folder = await createFolder()
    const script = 'cat; pwd; echo "$A-$HOME"'
    const { stdout } = await runProcess('/bin/sh', ['-c', script], { cwd: folder.path, env: { A: 'a' }, input: 'in\n' })
    expect(stdout).toBe(`in\n${folder.path}\na-\n`)
  })

  test('that does not read its input is no error', async () => {
    expect((await runProcess('true', [], { input: 'x'.repeat(1_000_000) })).code).toBe(0)
  })

  test('that does not exist rejects', async () => {
    await expect(runProcess('/nonexistent/command', [])).rejects.toThrow('ENOENT')
  })

  test('leaves nothing of its group behind', async () => {
    const { stdout } = await runProcess('/bin/sh', ['-c', 'sleep 1000 >/dev/null 2>&1 & echo $!'])
    await gone(Number(stdout))
  })
})

describe('a started process', () => {
  test('is waited for by what it writes, to either output, also when it was written before', async () => {
    await using server = startProcess(...stays('console.log("listening on 80"); console.error("ready")'))
    await server.waitFor('ready')
    expect(await server.waitFor(/listening on \d+/g)).toContain('listening on 80')
    expect(await server.waitFor(/listening on \d+/g)).toContain('ready')
  })

  test('can be waited for to write the same again', async () => {
    await using server = startProcess(
      ...stays('process.on("SIGHUP", () => console.log("ready")); console.log("ready")'),
    )
    await server.waitFor('ready')
    const from = server.output.length
    const again = server.waitFor('ready', { from })
    server.kill('SIGHUP')
    expect(await again).toBe('ready\nready\n')
  })

  test('that ends before it wrote what was wanted says what it wrote', async () => {
    await using server = startProcess(...node('console.error("port taken")'))
    await expect(server.waitFor('ready')).rejects.toThrow(
      'The process ended before it wrote ready. It wrote:\nport taken\n',
    )
  })

  test('is waited for when a character comes in two pieces', async () => {
    const script = 'process.stdout.write(Buffer.of(0xc3)); setImmediate(() => process.stdout.write(Buffer.of(0xbc)))'
    await using server = startProcess(...stays(script))
    expect(await server.waitFor('ü')).toBe('ü')
  })

  test('is gone after the block, with what it started', async () => {
    const pids: number[] = []
    {
      const child = `require("child_process").spawn(process.execPath, ["-e", "setInterval(() => {}, 1e6)"])`
      await using server = startProcess(...stays(`console.log("child", ${child}.pid + ".")`))
      const output = await server.waitFor(/child \d+\./)
      pids.push(server.pid, Number(/child (\d+)/.exec(output)?.[1]))
      expect(pids.map(isAlive)).toEqual([true, true])
    }
    for (const pid of pids) await gone(pid)
  })

  test('that the test forgot is killed when the test process exits', async () => {
    const url = new URL('process.ts', import.meta.url).href
    const script = `import { startProcess } from '${url}'
      const forgotten = startProcess('sleep', ['1000'])
      console.log(forgotten.pid)
      process.exit()`
    const { stdout } = await runProcess(process.execPath, ['--input-type=module', '-e', script])
    await gone(Number(stdout))
  })
})

/** A killed process whose parent does not wait for it, in a container without an init, stays as a zombie: that counts. */
async function gone(pid: number): Promise<void> {
  expect(pid).toBeGreaterThan(1)
  const { stdout } = await runProcess('ps', ['-o', 'stat=', '-p', String(pid)])
  expect(stdout.trim()).toMatch(/^(Z.*)?$/)
}
