/** What of the file that `MOCHI_TASK_RESULTS` names is looked at. */
type TaskResult = { readonly project: string; readonly target: string; readonly status: string }

/**
 * Throws where not just so many tasks ended with this status, as `MOCHI_TASK_RESULTS` has them: then something else was
 * measured. What Nx prints does not say it: where its output is a pipe, the end of it may be missing.
 */
export function mustAllBe(status: string, tasks: number, json: string): void {
  const results = JSON.parse(json) as readonly TaskResult[]
  const other = results.find((result) => result.status !== status)
  if (other !== undefined)
    throw new Error(`${other.project}:${other.target} ended with ${other.status}, and not with ${status}.`)
  if (results.length !== tasks) throw new Error(`${results.length} tasks ran, and not ${tasks}.`)
}
