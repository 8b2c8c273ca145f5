import { posix } from 'node:path'
import type { Annotation } from './report.ts'

/** `src/a.ts(1,2): error TS2322: …`, and where tsc writes for a terminal `src/a.ts:1:2 - error TS2322: …`. */
const PLAIN = /^(\S[^(]*)\((\d+),(\d+)\): (error|warning) (TS\d+): (.*)$/
const PRETTY = /^(\S.*):(\d+):(\d+) - (error|warning) (TS\d+): (.*)$/

/** What tsc says, colours removed, with the lines that explain a message further. Paths are from the project's folder. */
export function parseTsc(text: string, folder: string): Annotation[] {
  const found: Annotation[] = []
  for (const line of text.split('\n')) {
    const match = PLAIN.exec(line) ?? PRETTY.exec(line)
    const last = found.at(-1)
    if (match !== null) found.push(createAnnotation(match, folder))
    else if (last !== undefined && /^ {2,}[^ \d~]/.test(line)) last.message += `\n${line.trimEnd()}`
  }
  return found
}

function createAnnotation(match: RegExpExecArray, folder: string): Annotation {
  const [, path = '', line, column, severity, code = 'tsc', message = ''] = match
  return {
    file: posix.join(folder, path),
    line: Number(line),
    column: Number(column),
    severity: severity === 'warning' ? 'warning' : 'error',
    title: code,
    message,
  }
}
