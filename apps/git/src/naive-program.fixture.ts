import { execFile } from 'node:child_process'
import { existsSync, mkdirSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'

/** A mirror that fetches straight into what it serves, and says afterwards what has changed: what a kill must not find. */
const run = promisify(execFile)
const folder = join(process.env['GIT_DATA'] ?? '', 'repositories', 'up.git')
const { up } = JSON.parse(process.env['GIT_REPOSITORIES'] ?? '{}') as { up: { url: string } }
const state = { left: Number(process.env['KILL_AT'] ?? Infinity) }
const step = (): void => {
  state.left -= 1
  if (state.left === 0) process.kill(process.pid, 'SIGKILL')
}
const read = async (): Promise<string> =>
  (await run('git', [`--git-dir=${folder}`, 'for-each-ref', '--format=%(refname) %(objectname)'])).stdout

async function sync(): Promise<string[]> {
  if (!existsSync(folder)) {
    mkdirSync(folder, { recursive: true })
    await run('git', ['init', '--quiet', '--bare', folder])
  }
  step()
  const before = await read()
  step()
  await run('git', [`--git-dir=${folder}`, 'fetch', '--quiet', '--prune', up.url, '+refs/heads/*:refs/heads/*'])
  step()
  const after = await read()
  return before.split('\n').filter((line) => line !== '' && !after.includes(line))
}

const server = createServer((_request, response) => {
  void sync().then((gone) => response.end(`${JSON.stringify({ is: 'ended', results: [], open: gone.length })}\n`))
})
server.listen(0, '127.0.0.1', () => {
  console.log(`listens on http://127.0.0.1:${(server.address() as AddressInfo).port}`)
})
