import type { IncomingMessage, ServerResponse } from 'node:http'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import type { Identity } from '../tokens/identity.ts'
import { CompanyThread } from './company-thread.ts'
import type { StartThread } from './company-thread.ts'
import { Proxy } from './proxy.ts'
import { refusal, sendRefusal } from '../refusal.ts'
import type { Log } from './repair.ts'
import type { CompanyRules } from './server.ts'

export type CompanyOptions = CompanyRules & {
  /** The folder of the registry's data, of which this process is the only writer. */
  readonly folder: string
  /** Whether who shows no token may read. */
  readonly anonymousRead: boolean
  readonly log: Log
  readonly now?: () => number
  readonly startThread?: StartThread
}

/** The store of the company's own packages. */
export type Company = {
  /**
   * Answers a request about the company's packages, its search or its pages. The body has not been read. It never rejects; who has no
   * identity reads, where that is allowed.
   */
  handle(request: IncomingMessage, response: ServerResponse, identity: Identity | undefined): Promise<void>
  /** The JSON that its store answers to a GET; undefined for who may not read. Rejects when the store is away. */
  read(path: string, identity: Identity | undefined): Promise<unknown>
  /** Ends what is being answered, for some seconds, and then the thread: only now may another process open the folder. */
  close(): Promise<void>
}

/** Milliseconds. */
const PATIENCE = 5_000

const ANONYMOUS: Identity = { name: 'anonymous', group: 'read' }

const startWorker: StartThread = (file, options) => new Worker(file, options)

/** Nothing is started before the first request that needs it. */
export function createCompany(options: CompanyOptions): Company {
  const { folder, anonymousRead, log, now = Date.now, startThread = startWorker, ...rules } = options
  const thread = new CompanyThread({ folder: join(folder, 'company'), rules, log, now, startThread })
  const proxy = new Proxy()
  const answering = new Set<Promise<void>>()
  const answer = async (request: IncomingMessage, response: ServerResponse, caller: Identity): Promise<void> => {
    try {
      await proxy.forward(request, response, { ...(await thread.reach()), caller })
    } catch (error) {
      if (response.destroyed) return
      log('warn', `the company's packages are away: ${error instanceof Error ? error.message : String(error)}`)
      request.resume()
      const away = "the store of the company's packages is away for the moment: try again"
      sendRefusal(response, refusal(503, 'REGISTRY_COMPANY_AWAY', away))
    }
  }
  return {
    handle: async (request, response, identity) => {
      const isRead = request.method === 'GET' || request.method === 'HEAD'
      const caller = identity ?? (anonymousRead && isRead ? ANONYMOUS : undefined)
      if (caller === undefined) {
        request.resume()
        sendRefusal(response, refusal(401, 'REGISTRY_TOKEN_NEEDED', 'a token is needed: npm login'))
        return
      }
      const answered = answer(request, response, caller)
      answering.add(answered)
      await answered
      answering.delete(answered)
    },
    read: async (path, identity) => {
      const caller = identity ?? (anonymousRead ? ANONYMOUS : undefined)
      return caller === undefined ? undefined : proxy.read(path, { ...(await thread.reach()), caller })
    },
    close: async () => {
      const patience = setTimeout(PATIENCE, undefined, { ref: false })
      await Promise.race([Promise.all(answering), patience])
      await thread.close()
      proxy.close()
    },
  }
}
