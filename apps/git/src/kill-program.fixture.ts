import { readConfig } from '@mochi/service'
import { createApp } from './app.ts'
import { configSchema } from './config.ts'

/** The service, which kills itself when a renewal has come to its nth step: KILL_AT. */
const state = { left: Number(process.env['KILL_AT'] ?? Infinity) }
const onStep = (): void => {
  state.left -= 1
  if (state.left === 0) process.kill(process.pid, 'SIGKILL')
}
const app = createApp(readConfig(configSchema, process.env), { onStep, pauses: [0, 0] })
const { url } = await app.start()
console.log(`listens on ${url}`)
