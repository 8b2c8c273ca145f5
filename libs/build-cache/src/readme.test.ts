import { runReadmeExample } from '@mochi/testing'
import { expect, test } from 'vitest'

test('the example of the README prints what the README says', async () => {
  const { stdout, promised } = await runReadmeExample(`${import.meta.dirname}/..`)

  expect(stdout).toBe(promised)
})
