import { join } from 'node:path'
import { runReadmeExample } from '@mochi/testing'
import { expect, test } from 'vitest'

test('the example of the README prints what the README says', async () => {
  const { code, stdout, stderr, promised } = await runReadmeExample(join(import.meta.dirname, '..'))
  expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: promised, stderr: '' })
})
