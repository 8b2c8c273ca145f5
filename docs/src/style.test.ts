import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { workspaceRoot } from '@mochi/testing'
import { expect, test } from 'vitest'

const style = readFileSync(join(workspaceRoot, 'docs/style.md'), 'utf8')
const preset = readFileSync(join(workspaceRoot, 'tools/presets/src/eslint.ts'), 'utf8')

/** The last cell of the row of docs/style.md's table. */
const limitOf = (row: string) => Number(new RegExp(`^\\| ${row} .*?(\\d+) +\\|$`, 'm').exec(style)?.[1])

test.for([
  ['source file', /'max-lines': \['error', \{ max: (\d+)/],
  ['test file', /test\.ts'\],\s+rules: \{ 'max-lines': \['error', \{ max: (\d+)/],
  ['function', /'max-lines-per-function': \['error', \{ max: (\d+)/],
  ['parameters', /'max-params': \['error', (\d+)/],
  ['nested blocks', /'max-depth': \['error', (\d+)/],
] as const)('the style page and the lint preset agree on the limit of: %s', ([row, rule]) => {
  expect(limitOf(row)).toBe(Number(rule.exec(preset)?.[1]))
})
