import { isMochiError } from '@mochi/errors'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { APP_NAME_LENGTH, APP_NAME_PATTERN, appNameFault, parseAppName, reservedNames } from './index.ts'

describe('an app name', () => {
  test.each([
    'a',
    'hello',
    'user-profile',
    'a1-2-b3',
    'dev',
    'prod',
    'devs-prods',
    'dist',
    'my-development',
    'a'.repeat(40),
  ])('%s is allowed', (name) => {
    expect(parseAppName(name)).toBe(name)
  })

  test.each([
    ['', undefined],
    ['Hello', 'hello'],
    ['userProfile', 'user-profile'],
    ['HTTPServer2', 'httpserver2'],
    ['user_profile', 'user-profile'],
    ['user--profile', 'user-profile'],
    ['-user-', 'user'],
    ['2fast', 'fast'],
    ['42', undefined],
    ['hello-dev', 'hello'],
    ['hello-prod-localdev', 'hello'],
    ['@mochi/hello', 'mochi-hello'],
    ['Größe', 'gro-e'],
    ['Café Zürich', 'cafe-zurich'],
    ['日本', undefined],
    ['hello\n', 'hello'],
    [`${'a'.repeat(39)}-b`, 'a'.repeat(39)],
    ['a'.repeat(41), 'a'.repeat(40)],
    [`${'a'.repeat(36)}-dev-x`, 'a'.repeat(36)],
  ])('%j is refused; a name near it is %j', (name, suggestion) => {
    expect(appNameFault(name)).toEqual({ kind: 'rule', suggestion })
  })

  test('every reserved name keeps the rule, is refused with what it would break, and has a name near it', () => {
    for (const name of reservedNames) {
      expect(name).toMatch(new RegExp(APP_NAME_PATTERN))
      expect(appNameFault(name)).toMatchObject({ kind: 'reserved', suggestion: `${name}-app` })
    }
  })

  test.each(['listen', 'notify', 'watchdog', 'credentials'])('%s is reserved: systemd’s variables begin so', (name) => {
    expect(appNameFault(name)).toMatchObject({ kind: 'reserved', reason: expect.stringContaining('systemd') as string })
  })

  test('no property of every object is an app name: tools that look projects up by name would find it', () => {
    const properties = Object.getOwnPropertyNames(Object.prototype)
    expect(properties.filter((name) => appNameFault(name) === undefined)).toEqual([])
  })
})

describe('any text', () => {
  const texts = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({ unit: fc.constantFrom('a', 'Z', '9', '-', '_', ' ', 'é', '\n'), maxLength: 90 }),
  )

  test('is returned unchanged or refused by a coded error, never anything else', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const outcome = attempt(() => parseAppName(text))
        if (typeof outcome === 'string') return outcome === text
        return isMochiError(outcome) && outcome.code.startsWith('NAMES_APP_')
      }),
    )
  })

  test('gets only suggestions that are allowed themselves', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const suggestion = appNameFault(text)?.suggestion
        return suggestion === undefined || appNameFault(suggestion) === undefined
      }),
    )
  })

  test('that keeps pattern and length and is not reserved is refused only for its ending', () => {
    const names = fc.stringMatching(new RegExp(APP_NAME_PATTERN)).filter((name) => name.length <= APP_NAME_LENGTH)
    fc.assert(
      fc.property(names, (name) => {
        fc.pre(!reservedNames.includes(name))
        return (appNameFault(name) === undefined) === !/-(localdev|dev|prod)$/.test(name)
      }),
    )
  })
})

describe('the error', () => {
  test('says what is allowed, what was found, and a name that would do', () => {
    const error = attempt(() => parseAppName('User_Profile-dev'))
    expect(error).toMatchObject({
      code: 'NAMES_APP_INVALID',
      message:
        'Expected a name made of words of lower-case letters and digits joined by single dashes, beginning with a ' +
        'letter, at most 40 characters, not ending in -localdev, -dev or -prod, found "User_Profile-dev".',
      hint: 'A name near it that is allowed: user-profile',
    })
  })

  test('shows an example where no name lies near', () => {
    expect(attempt(() => parseAppName('42'))).toMatchObject({ hint: 'Choose a name like user-profile2.' })
  })

  test('says what a reserved name would break', () => {
    expect(attempt(() => parseAppName('npm'))).toMatchObject({
      code: 'NAMES_APP_RESERVED',
      message: 'Expected a name that is free, found "npm", which is reserved: NPM_* variables configure npm.',
      hint: 'A name near it that is allowed: npm-app',
    })
  })

  test('stays short when a whole file was pasted', () => {
    const error = attempt(() => parseAppName('😀 '.repeat(100_000)))
    expect(String(error).length).toBeLessThan(400)
    expect(String(error)).toContain('…')
  })
})

function attempt(run: () => string): unknown {
  try {
    return run()
  } catch (error) {
    return error
  }
}
