import type { Annotation } from './report.ts'

const FINDING = /^(\S.*?)(?::(\d+))? {2}(\S.*)\n {2}mend: (.*) {2}\[([^\]\n]+)\]$/gm

/** The findings of `mochi check` (`formatFindings`): what is wrong, and what to do about it. */
export function parseFindings(text: string): Annotation[] {
  return [...text.matchAll(FINDING)].map(([, file = '', line, message = '', mend = '', rule = '']) => ({
    file,
    line: line === undefined ? undefined : Number(line),
    column: undefined,
    severity: 'error',
    title: rule,
    message: `${message}\n${mend}`,
  }))
}
