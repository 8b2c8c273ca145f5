import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { createFolder, runProcess, workspaceRoot } from '@mochi/testing'
import { expect, test } from 'vitest'
import { parseJunit } from '../test/junit.ts'
import { createJunit, createProject, createReport, createTask, FAILED } from './testing.fixture.ts'
import { writeReports } from './write-reports.ts'

const FILES = ['cobertura.xml', 'codequality.json', 'index.html', 'junit.xml', 'lcov.info', 'summary.md']
const project = createProject({
  junit: createJunit({ 'src/a.test.ts': [FAILED] }),
  lcov: 'SF:src/a.ts\nDA:1,1\nend_of_record\n',
  tasks: [createTask()],
})
const report = createReport({ projects: [project], counts: { passed: 0, failed: 1, skipped: 0 } })

test('every report stands below reports/ of the root, and nothing else', async () => {
  await using folder = await createFolder({})
  const paths = await writeReports(folder.path, report)
  expect(paths.toSorted()).toEqual(FILES.map((name) => `reports/${name}`))
  expect((await readdir(folder.join('reports'))).sort()).toEqual(FILES)
  expect(parseJunit(await readFile(folder.join('reports/junit.xml'), 'utf8'))).toMatchObject({
    failed: [{ name: 'a <b>' }],
  })
  expect(await readFile(folder.join('reports/lcov.info'), 'utf8')).toContain('SF:apps/foo/src/a.ts')
  expect(await readFile(folder.join('reports/cobertura.xml'), 'utf8')).toContain(`<source>${folder.path}</source>`)
  expect(await readFile(folder.join('reports/index.html'), 'utf8')).toContain('a &lt;b&gt;')
  expect(await readFile(folder.join('reports/summary.md'), 'utf8')).toContain('Failed: 1 test')
  expect(JSON.parse(await readFile(folder.join('reports/codequality.json'), 'utf8'))).toHaveLength(1)
})

test('reports of an earlier run are replaced', async () => {
  await using folder = await createFolder({ 'reports/index.html': 'of an earlier run' })
  await writeReports(folder.path, report)
  expect(await readFile(folder.join('reports/index.html'), 'utf8')).not.toContain('earlier')
})

test('the whole output of a task that failed stands in a file of its own, and none of an earlier run', async () => {
  await using folder = await createFolder({ 'reports/logs/old.lint.log': 'of an earlier run' })
  const output = `> eslint .\r\n${'\u001b[31mfound\u001b[39m\r\n'.repeat(10_000)}`
  const failed = createProject({ tasks: [createTask({ status: 'failure', output }), createTask({ target: 'build' })] })
  const paths = await writeReports(folder.path, createReport({ projects: [failed] }))
  expect(paths).toContain('reports/logs/foo.lint.log')
  expect(await readdir(folder.join('reports/logs'))).toEqual(['foo.lint.log'])
  const text = await readFile(folder.join('reports/logs/foo.lint.log'), 'utf8')
  expect(text).toBe(`> eslint .\n${'found\n'.repeat(10_000)}`)
})

test('a report that cannot be written leaves the earlier one whole, and no half one beside it', async () => {
  await using folder = await createFolder({ 'reports/lcov.info': 'earlier' })
  await mkdir(folder.join('reports/index.html'))
  await writeFile(folder.join('reports/index.html/kept'), '')
  await expect(writeReports(folder.path, report)).rejects.toThrow()
  expect((await readdir(folder.join('reports'))).filter((name) => name.endsWith('.tmp'))).toEqual([])
})

test('reports are no part of the repository', async () => {
  const { code } = await runProcess('git', ['check-ignore', '-q', 'reports/index.html'], { cwd: workspaceRoot })
  expect(code).toBe(0)
})
