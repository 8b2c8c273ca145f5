import { spawnSync } from 'node:child_process'
import { Agent, request } from 'node:http'
import { fileURLToPath } from 'node:url'
import { parseWrk } from '../swap/wrk.ts'
import { varyArchive } from './archives.ts'
import { processorTimeOfChildren } from './processor-time.ts'

/** All at once, each on a connection of its own that it keeps. */
export const CLIENTS = 200

/** What a load was: how many requests in how many milliseconds, and the processor time of the clients, where it is known. */
export type Load = { readonly requests: number; readonly ms: number; readonly clients: number | undefined }

export type Target = {
  /** Numbers are appended to it: `http://127.0.0.1:1/v1/cache/`. */
  readonly url: string
  readonly token: string
}

/** Reads `count` entries, in no order, for so many seconds, by wrk. Throws when a request fails. */
export function readLoad({ url, token }: Target, { count, seconds }: { count: number; seconds: number }): Load {
  const { origin, pathname } = new URL(url)
  const script = fileURLToPath(new URL('get.lua', import.meta.url))
  const args = ['-t2', `-c${CLIENTS}`, `-d${seconds}s`, '--timeout', '30s', '-s', script]
  const before = processorTimeOfChildren()
  const start = performance.now()
  const header = `Authorization: Bearer ${token}`
  const wrk = spawnSync('wrk', [...args, '-H', header, origin, '--', pathname, String(count)], { encoding: 'utf8' })
  const { requests, failed } = parseWrk(wrk.stdout)
  if (failed > 0) throw new Error(`${failed} of ${requests} requests to ${url} failed`)
  const ms = Number(/requests in ([\d.]+)s/.exec(wrk.stdout)?.[1] ?? NaN) * 1000 || performance.now() - start
  return { requests, ms, clients: difference(before, processorTimeOfChildren()) }
}

type Writing = { readonly archives: readonly Buffer[]; readonly from: number; readonly count: number }

/** Writes `count` entries that nobody has written, each with bytes of its own. Throws when one is not taken. */
export async function writeLoad(target: Target, { archives, from, count }: Writing): Promise<Load> {
  using agent = disposable(new Agent({ keepAlive: true, maxSockets: CLIENTS }))
  const before = process.cpuUsage()
  const start = performance.now()
  let next = from
  const client = async (): Promise<void> => {
    while (next < from + count) {
      const number = next++
      const archive = archives[number % archives.length] ?? Buffer.alloc(0)
      await write(target, number, { agent, parts: varyArchive(archive, number) })
    }
  }
  await Promise.all(Array.from({ length: CLIENTS }, client))
  const { user, system } = process.cpuUsage(before)
  return { requests: count, ms: performance.now() - start, clients: (user + system) / 1000 }
}

type Body = { readonly agent: Agent; readonly parts: readonly [Buffer, Buffer] }

function write({ url, token }: Target, number: number, { agent, parts }: Body): Promise<void> {
  const length = parts[0].length + parts[1].length
  const headers = {
    authorization: `Bearer ${token}`,
    'content-type': 'application/octet-stream',
    'content-length': length,
  }
  return new Promise((resolve, reject) => {
    const sent = request(`${url}${number}`, { method: 'PUT', agent, headers }, (response) => {
      const { statusCode = 0 } = response
      response.resume().once('error', reject)
      response.once('end', () => {
        if (statusCode >= 200 && statusCode < 300) resolve()
        else reject(new Error(`PUT ${url}${number} was answered with ${statusCode}`))
      })
    })
    sent.once('error', reject)
    sent.write(parts[0])
    sent.end(parts[1])
  })
}

function disposable(agent: Agent): Agent & Disposable {
  return Object.assign(agent, { [Symbol.dispose]: () => agent.destroy() })
}

function difference(before: number | undefined, after: number | undefined): number | undefined {
  return before === undefined || after === undefined ? undefined : after - before
}
