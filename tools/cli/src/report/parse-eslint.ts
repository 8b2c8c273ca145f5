import type { Annotation } from './report.ts'

const FILE = /^(\/.+)$/
const FINDING = /^\s+(\d+):(\d+)\s+(error|warning)\s+(.*?)(?:\s{2,}(\S+))?\s*$/

/**
 * What eslint's `stylish` output says, colours removed: a file's absolute path, then its findings. The path may be of
 * another checkout, because the output may come out of a cache: what follows the project's folder in it counts.
 */
export function parseEslint(text: string, folder: string): Annotation[] {
  const found: Annotation[] = []
  let file: string | undefined
  for (const line of text.split('\n')) {
    const path = FILE.exec(line)?.[1]
    const finding = FINDING.exec(line)
    if (path !== undefined) file = fromRoot(path, folder)
    else if (finding !== null && file !== undefined) found.push(createAnnotation(finding, file))
    else if (line.trim() === '') file = undefined
  }
  return found
}

function fromRoot(path: string, folder: string): string | undefined {
  const start = path.lastIndexOf(`/${folder}/`)
  return start === -1 ? undefined : path.slice(start + 1)
}

function createAnnotation([, line, column, severity, message = '', rule]: RegExpExecArray, file: string): Annotation {
  return {
    file,
    line: Number(line),
    column: Number(column),
    severity: severity === 'error' ? 'error' : 'warning',
    title: rule ?? 'eslint',
    message,
  }
}
