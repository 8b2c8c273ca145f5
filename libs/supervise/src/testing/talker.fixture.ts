/** A service for tests that serves nothing and writes numbered lines without a pause, until it is told to end. */
import { writeSync } from 'node:fs'

const state = { written: 0 }

function write(): void {
  for (let line = 0; line < 20; line += 1) {
    state.written += 1
    writeWhole(`${process.pid} ${state.written}\n`)
  }
  setTimeout(write, 1)
}

/** Another program may have made the pipe one that says EAGAIN when it is full. */
function writeWhole(text: string): void {
  for (let rest = Buffer.from(text); rest.length > 0;) {
    try {
      rest = rest.subarray(writeSync(1, rest))
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error
    }
  }
}

function end(): void {
  writeWhole(`${process.pid} total ${state.written}\n`)
  process.exit(0)
}

process.on('SIGTERM', end)
process.on('message', end)
// Who has lost its launcher before it was ready is known to nobody, and ends.
if (process.connected)
  process.send?.({ type: 'ready' }, (error: Error | null) => (error === null ? write() : process.exit(1)))
else process.exit(1)
