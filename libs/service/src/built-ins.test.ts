import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'

test('a start loads nothing of fetch, which nobody may need', () => {
  const script = `await import('${import.meta.dirname}/index.ts'); console.log(process.moduleLoadList.join('\\n'))`
  const loaded = execFileSync(process.execPath, ['--input-type=module', '--eval', script], { encoding: 'utf8' })

  expect(loaded).toContain('NativeModule http\n')
  expect(loaded).not.toContain('undici')
})
