/**
 * A service for tests, after the contract for children, without the libraries of services: those stand above this one.
 * Its first argument says how it misbehaves; with a file `broken` in its folder it does not come up.
 */
import { spawn } from 'node:child_process'
import { closeSync, existsSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { Server as TcpServer } from 'node:net'

const [manner = 'good'] = process.argv.slice(2)
const state = { isDraining: false, isSilent: false }
const say = (words: string): void => {
  if (!state.isSilent) process.stdout.write(`${process.pid} ${words}\n`)
}

const server = createServer((request, response) => {
  if (state.isDraining) response.setHeader('connection', 'close')
  if (request.url === '/exit') process.exit(3)
  if (request.url === '/health' && manner === 'ill') response.statusCode = 503
  response.end(`${process.pid} ${process.env['FLAVOR'] ?? ''}`)
})

function drain(why: string): void {
  if (manner === 'deaf') return
  if (state.isDraining) process.exit(1)
  state.isDraining = true
  say(`drains: ${why}`)
  if (manner === 'abrupt') process.exit(1)
  TcpServer.prototype.close.call(server, () => process.exit(0))
  setTimeout(() => server.closeIdleConnections(), 300)
}

process.on('SIGTERM', () => drain('SIGTERM'))
process.on('message', ({ type, hasSuccessor }: { type: string; hasSuccessor: boolean }) => {
  if (type === 'drain') drain(hasSuccessor ? 'a successor follows' : 'no successor')
})
process.on('disconnect', () => say('lost its launcher'))

if (manner === 'crashes' || existsSync('broken')) process.exit(7)
if (manner === 'ready once' && existsSync('started')) {
  say('is not ready')
  await new Promise(() => setInterval(() => undefined, 60_000))
}
if (manner === 'ready once') writeFileSync('started', '')
if (manner === 'forks') {
  const left = spawn('sleep', ['600'], { stdio: 'inherit' })
  say(`left ${left.pid}`)
}
// Without a socket it opens its own, as it would where nobody holds one for it.
const port = process.env['OWN_PORT']
server.listen(port === undefined ? { fd: 3 } : { port: Number(port), host: '127.0.0.1' }, () => {
  say(`serves, fds ${process.env['LISTEN_FDS']} ${process.env['LISTEN_FDNAMES']}`)
  if (manner === 'closes its log') {
    state.isSilent = true
    for (const fd of [1, 2]) closeSync(fd)
  }
  if (manner !== 'never ready' && manner !== 'ill')
    process.send?.({ type: 'ready' }, (error: Error | null) => error !== null && process.exit(1))
})
