import { createFolder, requireCommand, runProcess } from '@mochi/testing'
import { expect, test } from 'vitest'
import { COBERTURA_DTD } from './cobertura.fixture.ts'
import { findUncovered, formatRate, readCoverage, sumCoverage } from './coverage.ts'
import { parseLcov } from './lcov.ts'
import { mergeLcov } from './merge-lcov.ts'
import { toCobertura } from './to-cobertura.ts'

const sign = `TN:
SF:src/sign.ts
FN:1,sign
FN:9,a,b
FNF:2
FNH:1
FNDA:3,sign
FNDA:0,a,b
DA:2,3
DA:3,0
DA:5,0
DA:9,1
LF:4
LH:2
BRDA:2,0,0,3
BRDA:2,0,1,0
BRDA:4,1,0,-
BRF:3
BRH:1
end_of_record
`
const empty = 'TN:\nSF:src/a&"b".ts\nFNF:0\nFNH:0\nLF:0\nLH:0\nBRF:0\nBRH:0\nend_of_record\n'
const projects = [
  { folder: 'libs/bar', lcov: sign },
  { folder: 'libs/none', lcov: undefined },
  { folder: 'apps/foo', lcov: sign + empty },
]
const merged = mergeLcov(projects)

test('the coverage of all projects is one file: paths from the root, in their order, records as they were', () => {
  expect(merged.match(/^SF:.*/gm)).toEqual([
    'SF:apps/foo/src/a&"b".ts',
    'SF:apps/foo/src/sign.ts',
    'SF:libs/bar/src/sign.ts',
  ])
  expect(merged.endsWith(sign.replace('src/', 'libs/bar/src/'))).toBe(true)
  expect(mergeLcov(projects.toReversed())).toBe(merged)
})

test('what the reader counts is what the records say of themselves', () => {
  expect(sumCoverage(parseLcov(merged))).toEqual({
    lines: { covered: 4, total: 8 },
    branches: { covered: 2, total: 6 },
    functions: { covered: 2, total: 4 },
  })
})

test('a file that two records tell of is one, its hits added', () => {
  const [file, ...others] = parseLcov(sign + sign.replace('DA:3,0', 'DA:3,1'))
  expect(others).toEqual([])
  expect(file?.lines).toEqual(new Map([[2, 6], [3, 1], [5, 0], [9, 2]])) // prettier-ignore
  expect(file?.functions.get('sign')?.hits).toBe(6)
})

test('lines that never ran are ranges over the lines without code between them', () => {
  const uncovered = (...hits: [number, number][]) => findUncovered({ lines: new Map(hits) })
  expect(uncovered([2, 1], [3, 0], [5, 0], [9, 1], [10, 0])).toEqual(['3–5', '10'])
  expect(uncovered([1, 1])).toEqual([])
})

test('a percentage is 100 only of all, and 0 only of nothing', () => {
  expect(formatRate({ covered: 9999, total: 10_000 })).toBe('99.9 %')
  expect(formatRate({ covered: 1, total: 10_000 })).toBe('0.1 %')
  expect(formatRate({ covered: 0, total: 3 })).toBe('0 %')
  expect(formatRate({ covered: 0, total: 0 })).toBe('–')
})

test('a project is read once, with paths from the root', () => {
  const project = { folder: 'apps/foo', lcov: sign }
  expect(readCoverage(project).map(({ file }) => file)).toEqual(['apps/foo/src/sign.ts'])
  expect(readCoverage(project)).toBe(readCoverage(project))
})

const cobertura = toCobertura(merged, { root: '/checkout & more', time: new Date(1000) })

test('Cobertura has a package for each project, and totals', () => {
  expect(cobertura.match(/<package [^>]+>/g)).toEqual([
    '<package name="apps.foo" line-rate="0.5" branch-rate="0.3333" complexity="0">',
    '<package name="libs.bar" line-rate="0.5" branch-rate="0.3333" complexity="0">',
  ])
  expect(cobertura).toContain('lines-covered="4" lines-valid="8" branches-covered="2" branches-valid="6"')
  expect(cobertura).toContain('timestamp="1000"')
})

test('branches are told of the line they are in: the nearest counted one before theirs', () => {
  expect(cobertura).toContain('<line number="2" hits="3" branch="true" condition-coverage="50% (1/2)"/>')
  expect(cobertura).toContain('<line number="3" hits="0" branch="true" condition-coverage="0% (0/1)"/>')
  expect(cobertura).toContain('<line number="9" hits="1"/>')
})

test.runIf(requireCommand('xmllint'))('Cobertura follows its document type', async () => {
  await using folder = await createFolder({
    'coverage-04.dtd': COBERTURA_DTD,
    'good.xml': cobertura,
    'none.xml': toCobertura('', { root: '/', time: new Date(0) }),
    'bad.xml': cobertura.replace('<methods>', '<functions>').replace('</methods>', '</functions>'),
  })
  const validate = (file: string) =>
    runProcess('xmllint', ['--nonet', '--noout', '--dtdvalid', 'coverage-04.dtd', file], { cwd: folder.path })
  expect(await validate('good.xml')).toMatchObject({ code: 0, stderr: '' })
  expect(await validate('none.xml')).toMatchObject({ code: 0, stderr: '' })
  expect(await validate('bad.xml')).toMatchObject({ code: 3 })
})
