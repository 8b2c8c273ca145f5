/**
 * A launcher as one would first write it, with its pauses and deadlines as times of day. It runs the command of its
 * arguments, and says what the launcher of this library would.
 */
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'

const [program = '', ...args] = process.argv.slice(2)
const PAUSE = 200
const DEADLINE = 20_000
const state: { child?: ChildProcess; startAt: number; killAt: number } = { startAt: Date.now(), killAt: Infinity }

function start(): void {
  state.startAt = Infinity
  const child = spawn(program, args, {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, OWN_PORT: '0' },
  })
  state.child = child
  child.on('exit', () => {
    process.stderr.write(`process ${child.pid} ended without being told to\n`)
    state.startAt = Date.now() + PAUSE
  })
}

setInterval(() => {
  if (Date.now() >= state.startAt) start()
  if (Date.now() >= state.killAt) {
    process.stderr.write(`process ${state.child?.pid} did not end in time\n`)
    state.child?.kill('SIGKILL')
    process.exit(1)
  }
}, 10)

process.on('SIGTERM', () => {
  state.killAt = Date.now() + DEADLINE
  state.child?.kill()
  process.stderr.write('drains\n')
})
