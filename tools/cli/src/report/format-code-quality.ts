import { createHash } from 'node:crypto'
import type { Annotation } from './report.ts'

/**
 * A GitLab Code Quality document. A fingerprint says nothing of the line, nor of numbers and paths in the message, so that
 * a finding that only moved, or a test that fails at another port, is the same one in the next run; equal findings of one
 * file are numbered.
 */
export function formatCodeQuality(annotations: readonly Annotation[]): string {
  const seen = new Map<string, number>()
  const issues = annotations.map((annotation) => {
    const { file, line = 1, severity, title, message } = annotation
    const key = JSON.stringify([file, title, steadyPart(message)])
    const count = seen.get(key) ?? 0
    seen.set(key, count + 1)
    return {
      description: `${title}: ${message}`,
      check_name: title,
      fingerprint: createHash('sha256').update(`${count} ${key}`).digest('hex'),
      severity: severity === 'error' ? 'major' : 'minor',
      location: { path: file, lines: { begin: line } },
    }
  })
  return `${JSON.stringify(issues, undefined, 2)}\n`
}

function steadyPart(message: string): string {
  const [first = ''] = message.split('\n')
  return first.replaceAll(/\S*\/\S*/g, '/').replaceAll(/[\da-f]*\d[\da-f]*/g, '#')
}
