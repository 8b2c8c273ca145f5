import type { TaskResult } from '../task-results.ts'

/** What `POST /v1/results` takes: how the tasks of a run ended, for saved time and flakes. */
export type Results = {
  readonly tasks: readonly {
    readonly hash: string
    /** `foo:build` */
    readonly task: string
    readonly status: 'success' | 'failure' | 'remote-cache'
    readonly ms: number
  }[]
}

const REPORTED = new Set<string>(['success', 'failure', 'remote-cache'])

/** What the cache takes as the name of a task. */
const NAME = /^[!-~]{1,300}$/

/** A day, in milliseconds: the longest time that it takes. */
const LONGEST = 86_400_000

/** Of each task that ran what the cache takes: one that it refuses would have it refuse the others with it. */
export function toResults(tasks: readonly TaskResult[]): Results {
  return {
    tasks: tasks
      .filter(({ status, hash }) => REPORTED.has(status) && /^\d{1,20}$/.test(hash))
      .map(({ project, target, status, hash, ms }) => ({
        hash,
        task: `${project}:${target}`,
        status: status as Results['tasks'][number]['status'],
        ms: Math.min(Math.max(ms, 0), LONGEST),
      }))
      .filter(({ task }) => NAME.test(task)),
  }
}

/** The cache takes so many at once at least, and few enough not to be too long. */
const AT_ONCE = 1_000

/** The same in pieces that it takes. */
export function splitResults({ tasks }: Results): Results[] {
  const count = Math.ceil(tasks.length / AT_ONCE)
  return Array.from({ length: count }, (_, index) => ({ tasks: tasks.slice(index * AT_ONCE, (index + 1) * AT_ONCE) }))
}
