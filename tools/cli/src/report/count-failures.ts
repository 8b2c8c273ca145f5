import type { Failure } from './find-failures.ts'
import { count } from './page/words.ts'

/** What failed, by kind, as it is listed: `2 tests, 1 task, 1 step`; a step is no task of a project. Empty for nothing. */
export function countFailures(failures: readonly Failure[]): string {
  const kinds = failures.map((failure) =>
    failure.kind === 'test' ? 'test' : failure.project === undefined && !failure.target.includes(':') ? 'step' : 'task',
  )
  return (['test', 'task', 'step'] as const)
    .map((kind) => [kind, kinds.filter((each) => each === kind).length] as const)
    .flatMap(([kind, number]) => (number === 0 ? [] : [count(number, kind)]))
    .join(', ')
}
