import { describe, expect, test } from 'vitest'
import { parsePlopArguments } from './plop-arguments.ts'

const parse = (line: string) => parsePlopArguments(line.split(' ').filter((word) => word !== ''))

describe('the command line of plop', () => {
  test.each([
    ['service foo', { dryRun: false, skipInstall: false }],
    ['service foo --dry-run', { dryRun: true, skipInstall: false }],
    ['--dryRun service foo', { dryRun: true, skipInstall: false }],
    ['service foo -d --skip-install', { dryRun: true, skipInstall: true }],
    ['service foo --dry-run=false --skipInstall', { dryRun: false, skipInstall: true }],
    ['service foo --force -t --no-progress --dest .', { dryRun: false, skipInstall: false }],
  ])('%s: options of nx g mean what they mean there, those of plop stay its own', (line, flags) => {
    expect(parse(line)).toEqual({ kind: 'service', ...flags })
  })

  test('leaves what stands behind -- to plop, which refuses what it does not know', () => {
    expect(parse('lib foo -- --no-such-option')).toEqual({ kind: 'lib', dryRun: false, skipInstall: false })
  })

  test.each(['--dryrun', '--help', '-n'])('%s is refused: plop would leave it out and write', (option) => {
    expect(() => parse(`service foo ${option}`)).toThrow(`Expected --dry-run or --skip-install, found ${option}.`)
  })

  test.each([
    ['', 'none'],
    ['--dry-run', 'none'],
    ['serv foo', 'serv'],
    ['-- service foo', 'none'],
  ])('without a generator (%j) is refused instead of asking', (line, found) => {
    expect(() => parse(line)).toThrow(`Expected a generator (service, lib, ci) and a name, found ${found}.`)
  })
})
