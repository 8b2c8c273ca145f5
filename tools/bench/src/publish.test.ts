import { readdir } from 'node:fs/promises'
import { createFolder } from '@mochi/testing'
import { expect, test } from 'vitest'
import { describeMachine } from './machine.ts'
import type { Machine } from './machine.ts'
import { publish } from './publish.ts'

/** A run on a machine of two cores with these loads before and after: what was measured, written and said. */
async function run(before: number, after: number, busy = false) {
  await using folder = await createFolder()
  let measured = false
  const describe = (load: Machine['load']) => ({ ...describeMachine(load), cores: 2 })
  const measureLoad = () => Promise.resolve(measured ? after : before)
  const measure = () => {
    measured = true
    return Promise.resolve({ introduction: 'How fast.', results: [], missing: [] })
  }
  const { page, refusal } = await publish({ name: 'cli', folder: folder.path, busy, measure, measureLoad, describe })
  return { measured, written: await readdir(folder.path), shown: page !== undefined, refusal }
}

test('a quiet machine writes the page', async () => {
  expect(await run(0.1, 0.2)).toEqual({ measured: true, written: ['cli.md'], shown: true, refusal: undefined })
})

test('a machine that is busy before measures and writes nothing, and names the flag', async () => {
  const { refusal, ...rest } = await run(1.5, 0)
  expect(rest).toEqual({ measured: false, written: [], shown: false })
  expect(refusal).toContain('npx nx run bench:cli --busy')
})

test('a machine that became busy shows the page and does not write it', async () => {
  const { refusal, ...rest } = await run(0.1, 0.9)
  expect(rest).toEqual({ measured: true, written: [], shown: true })
  expect(refusal).toContain('0.1 of 2 processors at work before, 0.9 now')
})

test('a busy machine writes the page when it is told to', async () => {
  expect(await run(1.5, 1.9, true)).toMatchObject({ written: ['cli.md'], refusal: undefined })
})
