import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/**
 * When a process began, in the words of the system; undefined when there is none, or only one that has ended and whose
 * parent has not asked. Compared as a text: a process number alone may come again.
 */
export function startOf(pid: number): string | undefined {
  return process.platform === 'linux' ? fromProc(pid) : fromPs(pid)
}

/**
 * Field 22 of proc_pid_stat(5), counted from behind the name, which may hold anything; the third is the state. It is the
 * time since the machine was started, so the id of that start stands before it.
 */
function fromProc(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    const [state, ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    if (state === 'Z' || state === 'X') return undefined
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim()} ${fields[18]}`
  } catch {
    return undefined
  }
}

/** In one language and zone, whoever asks: a later supervisor compares it with what an earlier one noted. */
function fromPs(pid: number): string | undefined {
  const env = { ...process.env, LC_ALL: 'C', TZ: 'UTC' }
  const { stdout, error } = spawnSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], { encoding: 'utf8', env })
  if (error !== undefined) return undefined
  const [state, ...start] = stdout.trim().split(/\s+/)
  return state === undefined || state === '' || state.startsWith('Z') ? undefined : start.join(' ')
}
