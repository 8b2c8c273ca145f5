import { annotateTest } from './annotate-test.ts'
import { errorLines, outputLines } from './error-lines.ts'
import { findFailures } from './find-failures.ts'
import type { Failure, TaskFailure } from './find-failures.ts'
import { times } from './page/words.ts'
import { parseEslint } from './parse-eslint.ts'
import { parseFindings } from './parse-findings.ts'
import { parseRolldown } from './parse-rolldown.ts'
import { parseTsc } from './parse-tsc.ts'
import type { Annotation, CiReport, Flake, ReportedProject } from './report.ts'
import { shorten } from './shorten.ts'
import { cleanText } from './xml.ts'

const LONGEST = 2000

/** Which tools stand behind a target, by how their output is read: libraries are built by tsc. */
const PARSERS: Readonly<Record<string, (text: string, folder: string) => Annotation[]>> = {
  lint: parseEslint,
  typecheck: parseTsc,
  build: (text, folder) => [...parseRolldown(text, folder), ...parseTsc(text, folder)],
}

/**
 * What failed, each with its place in a file where its output tells one: tests, then tasks and steps; then warnings,
 * those of tasks that passed and flakes included. What tells no place stands at the package.json of its project.
 */
export function findAnnotations(report: Pick<CiReport, 'projects' | 'steps' | 'flakes'>): Annotation[] {
  const found = [
    ...findFailures(report).flatMap(annotateFailure),
    ...report.projects.flatMap(lintWarnings),
    ...report.flakes.map((flake) => annotateFlake(flake, report.projects)),
  ].map((annotation) => ({ ...annotation, message: shorten(annotation.message, LONGEST) }))
  return [
    ...found.filter(({ severity }) => severity === 'error'),
    ...found.filter(({ severity }) => severity === 'warning'),
  ]
}

/** Of one failure: its places, or one annotation without a line. */
export function annotateFailure(failure: Failure): Annotation[] {
  if (failure.kind === 'test') return [annotateTest(failure)]
  const found = parseTask(failure)
  return found.some(({ severity }) => severity === 'error') ? found : [...unplaced(failure), ...found]
}

/** The places that the output of a task or step tells. */
export function parseTask({ project, target, text }: TaskFailure): Annotation[] {
  if (project === undefined) return parseFindings(text)
  return PARSERS[target]?.(text, project.folder) ?? []
}

/** A task whose output has no place in it: its thresholds, or else what it wrote, from the first error on or at its end. */
function unplaced({ project, target, title, text }: TaskFailure): Annotation[] {
  const place = { ...at(project), severity: 'error' as const, title }
  const thresholds = target === 'coverage' ? (project?.thresholds ?? []) : []
  if (thresholds.length > 0) return thresholds.map((message) => ({ ...place, message }))
  const errors = errorLines(text).join('\n')
  const written = outputLines(text).join('\n')
  const message = errors === '' ? shorten(written, LONGEST, 'end') : shorten(errors, LONGEST)
  return [{ ...place, message: message === '' ? 'It failed and wrote nothing.' : message }]
}

/** Of the lint tasks that passed; those of one that failed stand beside its errors. */
function lintWarnings({ tasks, folder }: ReportedProject): Annotation[] {
  return tasks
    .filter(({ target, status }) => target === 'lint' && status !== 'failure')
    .flatMap(({ output }) => parseEslint(cleanText(output), folder))
}

function annotateFlake({ task, passed, failed }: Flake, projects: readonly ReportedProject[]): Annotation {
  const message = `With nothing changed ${task} passed ${times(passed)} and failed ${times(failed)}.`
  const project = projects.find(({ name }) => name === task.slice(0, task.lastIndexOf(':')))
  return { ...at(project), severity: 'warning', title: `flaky: ${task}`, message }
}

function at(project: ReportedProject | undefined): Pick<Annotation, 'file' | 'line' | 'column'> {
  const file = project === undefined ? 'package.json' : `${project.folder}/package.json`
  return { file, line: undefined, column: undefined }
}
