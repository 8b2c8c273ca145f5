import { createFolder } from '@mochi/testing'
import { describe, expect, test } from 'vitest'
import { defaultLogSettings, parseLogSettings, readLogSettings } from './settings.ts'

describe('The settings of a log', () => {
  test('stand in config.json beside the folder; what is not said there has its default', async () => {
    await using folder = await createFolder({ 'config.json': '{"size": 1000, "stamp": "tai64n"}' })
    expect(readLogSettings(folder.join('main'))).toEqual({ ...defaultLogSettings, size: 1000, stamp: 'tai64n' })
    expect(readLogSettings(folder.join('elsewhere/main'))).toEqual(defaultLogSettings)
  })

  test('that cannot be read are not taken for missing ones', async () => {
    await using folder = await createFolder({ 'config.json/is/a/folder': '' })
    expect(() => readLogSettings(folder.join('main'))).toThrow(expect.objectContaining({ code: 'EISDIR' }))
  })

  test.each([
    ['{', ['expected a JSON object']],
    ['[]', ['expected a JSON object']],
    ['{"size": 0}', ['size: expected a whole number above 0, found 0']],
    ['{"age": 1.5, "keep": "1 GB"}', ['age: expected a whole number above 0, found 1.5', 'keep: .* found "1 GB"']],
    ['{"stamp": "utc"}', ['stamp: expected one of iso, tai64n, none, found "utc"']],
    ['{"ages": 1}', ['ages: expected one of size, age, keep, stamp']],
    ['{"size": 1000, "keep": 3999}', ['keep: expected at least 4 times size, which is 4000, found 3999']],
  ])('%s is refused with every fault', (text, faults) => {
    expect(() => parseLogSettings(text, '/foo/log/config.json')).toThrow(
      expect.objectContaining({
        code: 'SUPERVISE_LOG_CONFIG',
        where: '/foo/log/config.json',
        message: expect.stringMatching(
          new RegExp(`found ${faults.length} fault\\(s\\):\n    ${faults.join('\n    ')}$`),
        ) as string,
        hint: 'correct the file, or remove it for the defaults',
      }),
    )
  })
})
