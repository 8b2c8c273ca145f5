import { readFile } from 'node:fs/promises'
import type { Context } from '../context.ts'

/** Bytes that processes have in memory, as far as the system tells; who has ended is missing. */
export async function readMemory(context: Context, pids: readonly number[]): Promise<ReadonlyMap<number, number>> {
  if (pids.length === 0) return new Map()
  return context.platform.startsWith('linux') ? fromProc(pids) : fromPs(context, pids)
}

async function fromProc(pids: readonly number[]): Promise<ReadonlyMap<number, number>> {
  const entries = pids.map(async (pid) => {
    const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
    const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]
    return kilobytes === undefined ? [] : [[pid, Number(kilobytes) * 1024] as const]
  })
  return new Map((await Promise.all(entries)).flat())
}

async function fromPs({ run }: Context, pids: readonly number[]): Promise<ReadonlyMap<number, number>> {
  const { stdout } = await run('ps', ['-o', 'pid=,rss=', '-p', pids.join(',')])
  const lines = stdout.split('\n').flatMap((line) => {
    const [pid, kilobytes] = line.trim().split(/\s+/).map(Number)
    return pid === undefined || kilobytes === undefined ? [] : [[pid, kilobytes * 1024] as const]
  })
  return new Map(lines)
}
