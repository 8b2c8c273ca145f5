import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { isMainThread, parentPort, workerData } from 'node:worker_threads'
import { parseCaller } from './internal-caller.ts'
import { openCompany } from './open-company.ts'
import type { Log } from './repair.ts'
import { createCompanyServer } from './server.ts'
import type { CompanyRules } from './server.ts'
import { stepBack } from './step-back.ts'
import { CompanyFolder } from './storage.ts'

export type WorkerOptions = {
  readonly thread: typeof THREAD
  readonly folder: string
  readonly secret: string
  readonly rules: CompanyRules
}

export type WorkerMessage =
  | { readonly kind: 'listening'; readonly port: number }
  | { readonly kind: 'log'; readonly level: Parameters<Log>[0]; readonly message: string }

export const THREAD = 'company'

/**
 * What a thread for the company's packages runs. In a bundle it is the program itself, for that is one file: the program asks
 * `isCompanyThread` before it begins.
 */
export const workerFile = new URL(import.meta.url)

export function isCompanyThread(): boolean {
  return !isMainThread && (workerData as Partial<WorkerOptions> | null)?.thread === THREAD
}

if (isCompanyThread()) await serve(workerData as WorkerOptions)

async function serve({ folder: path, secret, rules }: WorkerOptions): Promise<void> {
  stepBack()
  const tell = (message: WorkerMessage) => parentPort?.postMessage(message)
  const log: Log = (level, message) => tell({ kind: 'log', level, message })
  const identify = (header: string | undefined) => parseCaller(secret, header)
  const folder = new CompanyFolder(path)
  const server = createCompanyServer(
    await openCompany({ folder, rules, identify, log, now: Date.now, onFault: () => process.exit(1) }),
  )
  // As long as our proxy keeps its connections, which close first.
  server.keepAliveTimeout = 120_000
  server.requestTimeout = 0
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  tell({ kind: 'listening', port: (server.address() as AddressInfo).port })
}
