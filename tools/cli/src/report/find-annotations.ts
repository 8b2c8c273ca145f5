import type { Annotation, CiReport } from './report.ts'

/** What failed, each with its place in a file where its output tells one; the most useful first. */
export function findAnnotations({ steps }: CiReport): Annotation[] {
  return steps.flatMap(({ name, ok, output }) =>
    ok
      ? []
      : [{ file: '.', line: undefined, column: undefined, severity: 'error' as const, title: name, message: output }],
  )
}
