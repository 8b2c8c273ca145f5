import { parentPort } from 'node:worker_threads'
import type { Reply, Request } from './messages.ts'
import { createService } from './service.ts'

const service = createService()

parentPort?.on('message', ({ number, question }: Request) => {
  const reply = (answer: Reply): void => parentPort?.postMessage(answer)
  service.ask(question).then(
    (answer) => reply({ ...answer, number }),
    (error: unknown) => reply({ number, kind: 'failed', reason: String(error) }),
  )
})

// A fault of ours costs the cache, and never the run: with the relay gone, or mute, Nx would end or wait for ever.
process.on('uncaughtException', (error) => service.fail(error))
