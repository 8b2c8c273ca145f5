import { expect, test } from 'vitest'
import type { Run, RunOutcome } from '../context.ts'
import { lintRoot } from './lint-root.ts'
import { madeUp } from './test-workspace.ts'

const workspace = madeUp({ 'plopfile.ts': '', 'libs/a/src/a.ts': '', 'README.md': '' })

test('only sources of the root are handed to eslint, and what it finds has its place', async () => {
  const messages = [{ line: 3, message: 'Unexpected any.', ruleId: 'no-explicit-any' }]
  const rig = createRig({ code: 1, stdout: JSON.stringify([{ filePath: '/checkout/plopfile.ts', messages }]) })
  expect(await lintRoot(rig.context, workspace)).toMatchObject([
    {
      ...{ rule: 'no-explicit-any', file: 'plopfile.ts', line: 3 },
      mend: './mochi exec -- node_modules/.bin/eslint --fix plopfile.ts mends some.',
    },
  ])
  expect(rig.files()).toEqual(['plopfile.ts'])
})

test('an eslint that breaks down is a finding', async () => {
  const rig = createRig({ code: 2, stderr: 'no configuration' })
  expect(await lintRoot(rig.context, workspace)).toMatchObject([{ message: 'eslint broke down: no configuration' }])
})

test('without sources at the root eslint is not started', async () => {
  const rig = createRig({ code: null })
  expect(await lintRoot(rig.context, madeUp({ 'libs/a/src/a.ts': '' }))).toEqual([])
})

function createRig(outcome: Partial<RunOutcome>) {
  const calls: (readonly string[])[] = []
  const run: Run = (_, args) => {
    calls.push(args)
    return Promise.resolve({ code: 0, stdout: '[]', stderr: '', ...outcome })
  }
  return { context: { root: '/checkout', run }, files: () => calls[0]?.slice(2) }
}
