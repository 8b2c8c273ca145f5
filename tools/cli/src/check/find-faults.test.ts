import { rm } from 'node:fs/promises'
import { createCheckout } from '@mochi/testing'
import { expect, test } from 'vitest'
import { createRun } from '../run-process.ts'
import { findFaults } from './find-faults.ts'
import { readWorkspace } from './read-workspace.ts'

test('a stale page, an incomplete lock and a rule that is broken are found in one go', async () => {
  await using checkout = await createCheckout()
  await checkout.write({
    'docs/reference/errors.md': '# Errors by code\n',
    'toolchain/toolchain.schema.json': '{}\n',
    'toolchain/toolchain.json': '{\n  "platfroms": []\n}\n',
    'libs/names/src/sideways.ts': "import '../../errors/src/index.ts'\n",
  })
  await rm(checkout.join('toolchain/toolchain.lock'))
  await checkout.write({ 'toolchain/toolchain.lock': 'generation 0000000000000000\n' })
  const { path: root, env, home } = checkout
  const context = { root, home, run: createRun({ cwd: root, env }) }
  const findings = await findFaults(context, await readWorkspace(context))
  const found = findings.map(({ rule, file }) => `${rule} ${file}`)
  expect(found).toContain('references docs/reference/errors.md')
  expect(found).toContain('references toolchain/toolchain.schema.json')
  expect(found).toContain('relative-imports libs/names/src/sideways.ts')
  const toolchain = findings.filter(({ rule }) => rule === 'toolchain')
  expect(toolchain).toContainEqual(
    expect.objectContaining({ file: 'toolchain/toolchain.json', line: 2, mend: 'Did you mean "platforms"?' }),
  )
  expect(toolchain.map(({ file }) => file)).toContainEqual(expect.stringMatching(/toolchain\.lock$/))
})
