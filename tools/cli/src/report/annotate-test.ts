import { posix } from 'node:path'
import type { TestFailure } from './find-failures.ts'
import type { Annotation } from './report.ts'

export type Place = Pick<Annotation, 'file' | 'line' | 'column'>

/** A line of vitest's stack: `❯ src/a.test.ts:12:5`, `❯ name of a function src/a.ts:1:2`. Paths from the project. */
const FRAME = /^\s*❯ (?:.* )?(\S+):(\d+):(\d+)\s*$/

/** A test that failed, at the line of its own file where it did, or else where the error was made. */
export function annotateTest(failure: TestFailure): Annotation {
  const { project, test, text } = failure
  return {
    ...findPlace(failure),
    severity: 'error',
    title: `${project.name}: ${test.name}`,
    message: withoutFrames(text) || 'It failed without a message.',
  }
}

/** Where a test failed; without a line when its stack does not lead into this repository. */
export function findPlace({ project, test, text }: TestFailure): Place {
  const places = text.split('\n').flatMap((line) => parseFrame(line, project.folder) ?? [])
  const file = test.file.startsWith(`${project.folder}/`) ? test.file : `${project.folder}/package.json`
  return places.find((place) => place.file === test.file) ?? places[0] ?? { file, line: undefined, column: undefined }
}

function parseFrame(text: string, folder: string): Place | undefined {
  const [, path = '', line, column] = FRAME.exec(text) ?? []
  const file = posix.normalize(posix.join(folder, path))
  const foreign = path === '' || posix.isAbsolute(path) || file.startsWith('../') || file.includes('node_modules/')
  return foreign || /^\w+:/.test(path) ? undefined : { file, line: Number(line), column: Number(column) }
}

/** What vitest says before the stack: the error, what was expected and received. */
export function withoutFrames(text: string): string {
  const lines = text.split('\n')
  const first = lines.findIndex((line) => FRAME.test(line))
  return (first === -1 ? text : lines.slice(0, first).join('\n')).trim()
}
