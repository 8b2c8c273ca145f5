import { posix } from 'node:path'
import type { Annotation } from './report.ts'

const FAULT = /^\[([A-Z_]+)\] (.*)\n\s*╭─\[ (\S+):(\d+):(\d+) \]/gm

/** What rolldown says of the sources it could not bundle, colours removed. Paths are from the project's folder. */
export function parseRolldown(text: string, folder: string): Annotation[] {
  return [...text.matchAll(FAULT)].map(([, code = 'build', message = '', path = '', line, column]) => ({
    file: posix.join(folder, path),
    line: Number(line),
    column: Number(column),
    severity: 'error',
    title: code,
    message,
  }))
}
