import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { workspaceRoot } from '@mochi/testing'
import { expect, test } from 'vitest'

type Rules = Readonly<Record<string, unknown>>
type Preset = { default: readonly { files?: readonly (string | readonly string[])[]; rules?: Rules }[] }

const style = readFileSync(join(workspaceRoot, 'docs/style.md'), 'utf8')
const preset = (await import(join(workspaceRoot, 'tools/presets/src/eslint.ts'))) as Preset

/** The last cell of the row of docs/style.md's table. */
const writtenLimit = (row: string) => Number(new RegExp(`^\\| ${row} .*?(\\d+) +\\|$`, 'm').exec(style)?.[1])

/** What the preset sets for files of a pattern: `['error', 3]` or `['error', { max: 400 }]`. */
function lintLimit(pattern: string, rule: string): unknown {
  const settings = preset.default
    .filter(({ files }) => files?.flat().includes(pattern))
    .map(({ rules }) => rules?.[rule])
    .findLast((setting) => setting !== undefined) as [string, number | { max: number }] | undefined
  return typeof settings?.[1] === 'object' ? settings[1].max : settings?.[1]
}

test.for([
  ['source file', '**/*.ts', 'max-lines'],
  ['test file', '**/*.test.ts', 'max-lines'],
  ['function', '**/*.ts', 'max-lines-per-function'],
  ['parameters', '**/*.ts', 'max-params'],
  ['nested blocks', '**/*.ts', 'max-depth'],
] as const)('the style page and the lint preset agree on the limit of: %s', ([row, pattern, rule]) => {
  expect(writtenLimit(row)).toBe(lintLimit(pattern, rule))
})
