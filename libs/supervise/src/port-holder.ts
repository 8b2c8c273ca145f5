import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

/** Who listens on a TCP port of this machine: `process 123 (node)`; undefined when the system does not tell this user. */
export function findPortHolder(port: number): string | undefined {
  const pid = process.platform === 'linux' ? fromProc(port) : fromLsof(port)
  return pid === undefined ? undefined : `process ${pid}${nameOf(pid)}`
}

/** The inodes of listening sockets stand in proc_net(5), state 0A; whose they are, in the descriptors of each process. */
function fromProc(port: number): number | undefined {
  const inodes = new Set(['tcp', 'tcp6'].flatMap((table) => listeningInodes(readText(`/proc/net/${table}`), port)))
  if (inodes.size === 0) return undefined
  return namesIn('/proc')
    .map(Number)
    .filter((pid) => Number.isInteger(pid))
    .find((pid) => namesIn(`/proc/${pid}/fd`).some((fd) => inodes.has(linkOf(`/proc/${pid}/fd/${fd}`))))
}

/** As links of descriptors name them: `socket:[123]`. */
export function listeningInodes(table: string, port: number): readonly string[] {
  const hex = port.toString(16).toUpperCase().padStart(4, '0')
  return table
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([, local = '', , state]) => local.endsWith(`:${hex}`) && state === '0A')
    .map((fields) => `socket:[${fields[9]}]`)
}

function fromLsof(port: number): number | undefined {
  const args = ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-t']
  const pid = Number.parseInt(outputOf('lsof', args), 10)
  return Number.isNaN(pid) ? undefined : pid
}

function nameOf(pid: number): string {
  const linux = readText(`/proc/${pid}/comm`).trim()
  const name = linux === '' ? outputOf('ps', ['-o', 'comm=', '-p', String(pid)]).trim() : linux
  return name === '' ? '' : ` (${name})`
}

/** What a command prints; nothing where it cannot be started. */
function outputOf(command: string, args: readonly string[]): string {
  const { stdout, error } = spawnSync(command, args, { encoding: 'utf8', timeout: 2_000 })
  return error === undefined ? stdout : ''
}

function readText(file: string): string {
  try {
    return readFileSync(file).toString()
  } catch {
    return ''
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path)
  } catch {
    return ''
  }
}
