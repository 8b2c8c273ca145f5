import { parentPort } from 'node:worker_threads'
import type { Reply, Request } from './messages.ts'
import { createService } from './service.ts'

const ask = createService()

parentPort?.on('message', ({ number, question }: Request) => {
  const reply = (answer: Reply): void => parentPort?.postMessage(answer)
  ask(question).then(
    (answer) => reply({ ...answer, number }),
    (error: unknown) => reply({ number, kind: 'failed', reason: String(error) }),
  )
})

// A fault of ours costs a request, and never the run: with the relay gone Nx would end it.
process.on('uncaughtException', () => undefined)
