import type { Failure, TaskFailure } from './find-failures.ts'

/** Where the whole output of a task or step that failed stands, from the root. */
export function logPath(title: string): string {
  return `reports/logs/${title.replaceAll(/[^\w-]+/g, '.')}.log`
}

/** A file for each task or step that failed and wrote something: path from the root, text. */
export function taskLogs(failures: readonly Failure[]): Record<string, string> {
  const tasks = failures.filter((failure): failure is TaskFailure => failure.kind === 'task' && failure.text !== '')
  return Object.fromEntries(tasks.map(({ title, text }) => [logPath(title), `${text}\n`]))
}
