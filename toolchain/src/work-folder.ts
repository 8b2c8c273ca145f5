import { randomBytes } from 'node:crypto'
import { readlinkSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'

/**
 * A work folder below a prefix is `tmp/<pid>-<random>@<scope>`. The scope says where the process id means something: the
 * host, and the namespace of processes where there are such. `toolchain/install` writes and reads the same names.
 */
export function workFolderName(pid = process.pid): string {
  return `${pid}-${randomBytes(4).toString('hex')}@${findScope()}`
}

/** `host` or `host.4026531836`. */
export function findScope(): string {
  const host = /^[A-Za-z0-9._-]+$/.test(hostname()) ? hostname() : 'unnamed'
  try {
    const namespace = /\[(\d+)\]$/.exec(readlinkSync('/proc/self/ns/pid'))?.[1]
    return namespace === undefined ? host : `${host}.${namespace}`
  } catch {
    return host
  }
}

/**
 * The process that works in a folder, undefined when nobody does. Of another host or container only the age is known:
 * after two days nobody works there.
 */
export async function findWorker(prefix: string, name: string): Promise<number | undefined> {
  const [, digits, scope] = /^(\d+)-[^@]*(?:@(.+))?$/.exec(name) ?? []
  const pid = Number(digits ?? 0)
  if (pid === 0) return undefined
  if (scope === findScope()) return pid !== process.pid && isAlive(pid) ? pid : undefined
  const found = await stat(join(prefix, 'tmp', name)).catch(() => undefined)
  return found !== undefined && Date.now() - found.mtimeMs < TWO_DAYS ? pid : undefined
}

const TWO_DAYS = 2 * 24 * 60 * 60 * 1000

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
