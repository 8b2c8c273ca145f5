import type { CiReport, ReportedProject, ReportedTask } from './report.ts'

/** A report for tests: nothing happened, but what is said. */
export function createReport(parts: Partial<CiReport> = {}): CiReport {
  return {
    revision: '0123456789abcdef0123456789abcdef01234567',
    base: undefined,
    started: new Date('2026-01-02T03:04:05Z'),
    ms: 61_000,
    counts: { passed: 1, failed: 0, skipped: 0 },
    projects: [],
    steps: [],
    flakes: [],
    ...parts,
  }
}

export function createProject(parts: Partial<ReportedProject> = {}): ReportedProject {
  return {
    name: 'foo',
    folder: 'apps/foo',
    why: [],
    tasks: [],
    junit: undefined,
    lcov: undefined,
    thresholds: [],
    ...parts,
  }
}

export function createTask(parts: Partial<ReportedTask> = {}): ReportedTask {
  return { target: 'lint', status: 'success', ms: 1000, hash: '123', output: '', ...parts }
}

/** A JUnit file as vitest writes it, with these cases in one suite for each file. */
export function createJunit(suites: Readonly<Record<string, readonly string[]>>): string {
  const tests = Object.values(suites).flat().length
  const inner = Object.entries(suites).map(
    ([file, cases]) => `<testsuite name="${file}" timestamp="2026-01-02T03:04:05.000Z" tests="${cases.length}">
${cases.map((text) => text.replace('<testcase', `<testcase classname="${file}"`)).join('\n')}
</testsuite>`,
  )
  return `<?xml version="1.0" encoding="UTF-8" ?>
<testsuites name="vitest tests" tests="${tests}" failures="0" errors="0" time="1">${inner.join('\n')}</testsuites>`
}

export const PASSED = '<testcase name="works" time="0.5"></testcase>'
export const SKIPPED = '<testcase name="later" time="0"><skipped/></testcase>'
export const FAILED = `<testcase name="a &lt;b&gt;" time="0.25"><failure message="expected 1 to be 2" type="AssertionError">
AssertionError: expected 1 to be 2

 ❯ helper src/help.ts:7:3
 ❯ src/a.test.ts:4:19
</failure></testcase>`
export const STRAY = `<testcase name="Unhandled Rejection: stray" time="0"><error message="stray" type="Error">
Error: stray
 ❯ src/c.test.ts:6:47

This error originated in "src/c.test.ts" test file.</error></testcase>`
