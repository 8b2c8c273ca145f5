import { createFolder } from '@mochi/testing'
import { ESLint } from 'eslint'
import { expect, test } from 'vitest'
import staged from './eslint-staged.ts'

const SUPPRESSED = `export function f(): void {
  // eslint-disable-next-line @typescript-eslint/no-floating-promises -- a reason
  Promise.resolve()
}
`

test('The commit hook applies the rules that need no types, and takes suppressions of the others', async () => {
  await using folder = await createFolder({
    'a.ts': 'export const same = (a: number, b: number): boolean => a == b\n',
    'b.ts': 'export const x: any = 1\n',
    'c.ts': SUPPRESSED,
    'd.ts': 'export default 1\n',
  })
  const eslint = new ESLint({ cwd: folder.path, overrideConfigFile: true, baseConfig: staged })
  const results = await eslint.lintFiles(['.'])
  expect(results.map(({ messages }) => messages.map(({ ruleId }) => ruleId))).toEqual([
    ['eqeqeq'],
    ['@typescript-eslint/no-explicit-any'],
    [],
    ['no-restricted-syntax'],
  ])
})
