import { symlink } from 'node:fs/promises'
import { resolve } from 'node:path'
import { createFolder } from '@mochi/testing'
import { ESLint } from 'eslint'
import { beforeAll, expect, test } from 'vitest'

const workspace = resolve(import.meta.dirname, '../../..')
const long = `export function f(): void {\n${"  console.log('a line')\n".repeat(600)}}\n`

/** What a file may not hold, and the rule that says so. */
const refused: readonly (readonly [what: string, text: string, rule: string])[] = [
  ['any', 'export const x: any = 1\n', '@typescript-eslint/no-explicit-any'],
  [
    'a promise that nobody waits for',
    'export function f(): void {\n  Promise.resolve()\n}\n',
    '@typescript-eslint/no-floating-promises',
  ],
  ['a default export', 'export default 1\n', 'no-restricted-syntax'],
  [
    'a type imported as a value',
    "import { Stats } from 'node:fs'\nexport type X = Stats\n",
    '@typescript-eslint/consistent-type-imports',
  ],
  ['a loose comparison', 'export const same = (a: number, b: number): boolean => a == b\n', 'eqeqeq'],
  ['five parameters', 'export const f = (a: 1, b: 1, c: 1, d: 1, e: 1): number => a + b + c + d + e\n', 'max-params'],
  ['401 lines', `${'// a line\n'.repeat(400)}export const x = 1\n`, 'max-lines'],
  ['a function of 600 lines', long, 'max-lines-per-function'],
]

const accepted: Readonly<Record<string, string>> = {
  'src/plain.ts': 'export const x = 1\n',
  'src/long.test.ts': long,
  'src/lines.ts': `${'// a line\n'.repeat(399)}export const x = 1\n`,
}

/** The rules that each file breaks, by its path; null where something breaks no rule but the preset itself. */
const broken = new Map<string, (string | null)[]>()

beforeAll(async () => {
  await using folder = await createFolder({
    'package.json': '{ "type": "module" }',
    'tsconfig.json': JSON.stringify({ extends: resolve(workspace, 'tsconfig.base.json'), include: ['src'] }),
    'src/unneeded.ts': '// eslint-disable-next-line eqeqeq\nexport const x = 1\n',
    ...Object.fromEntries(refused.map(([, text], index) => [`src/refused-${String(index)}.ts`, text])),
    ...accepted,
  })
  await symlink(resolve(workspace, 'node_modules'), folder.join('node_modules'))
  const eslint = new ESLint({ cwd: folder.path, overrideConfigFile: resolve(workspace, 'eslint.config.js') })
  for (const { filePath, messages } of await eslint.lintFiles(['src'])) {
    broken.set(
      filePath.slice(folder.path.length + 1),
      messages.map(({ ruleId }) => ruleId),
    )
  }
})

test.each(refused.map(([what, , rule], index) => [what, rule, index] as const))(
  '%s is refused by %s',
  (_, rule, index) => {
    expect(broken.get(`src/refused-${String(index)}.ts`)).toContain(rule)
  },
)

test.each(Object.keys(accepted))('%s is accepted', (path) => {
  expect(broken.get(path)).toEqual([])
})

test('a suppression that suppresses nothing is refused', () => {
  expect(broken.get('src/unneeded.ts')).toEqual([null])
})
