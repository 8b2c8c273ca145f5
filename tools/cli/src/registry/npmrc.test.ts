import { describe, expect, test } from 'vitest'
import { findNamed, unuseRegistry, useRegistry } from './npmrc.ts'

const OWN = 'http://127.0.0.1:4873/'

describe('A .npmrc that uses our registry', () => {
  test.each([
    ['nothing', '', `registry=${OWN}\n`, []],
    ['no registry', 'fund=false\n', `registry=${OWN}\nfund=false\n`, []],
    ['sections', '[a]\nregistry-x=1', `registry=${OWN}\n[a]\nregistry-x=1`, []],
    [
      'a registry',
      'a=1\nregistry = "https://b.example/"\nc=2\n',
      `a=1\nregistry=${OWN}\nc=2\n`,
      ['registry = "https://b.example/"'],
    ],
    [
      'lines of Windows',
      'registry=https://b.example\r\nc=2\r\n',
      `registry=${OWN}\r\nc=2\r\n`,
      ['registry=https://b.example'],
    ],
    ['no line end', 'registry=https://b.example', `registry=${OWN}`, ['registry=https://b.example']],
    [
      'comments, scopes and tokens',
      '; registry=x\n@a:registry=y\n//b.example/:_authToken=z\n',
      `registry=${OWN}\n; registry=x\n@a:registry=y\n//b.example/:_authToken=z\n`,
      [],
    ],
  ])('has it alone where there was %s, and is as it was once it does not', (_name, before, after, aside) => {
    const used = useRegistry(before, OWN)
    expect(used).toEqual({ text: after, before: aside })
    expect(findNamed(used.text)).toBe(OWN)
    expect(unuseRegistry(used.text, OWN, used.before)).toBe(before)
  })

  test('has one line in the place of several, which come back', () => {
    const before = 'registry=https://a.example\nfund=false\nregistry=https://b.example\n'
    const used = useRegistry(before, OWN)
    expect(used.text).toBe(`registry=${OWN}\nfund=false\n`)
    expect(unuseRegistry(used.text, OWN, used.before)).toBe(
      'registry=https://a.example\nregistry=https://b.example\nfund=false\n',
    )
  })

  test('keeps what was written since', () => {
    const { text, before } = useRegistry('registry=https://a.example\n', OWN)
    expect(unuseRegistry(`${text}fund=false\n`, OWN, before)).toBe('registry=https://a.example\nfund=false\n')
    const other = 'registry=https://since.example\n'
    expect(unuseRegistry(other, OWN, before)).toBe(other)
  })
})

test('The last registry that a .npmrc names is the one that npm takes', () => {
  expect(findNamed('registry=https://a.example\n registry = https://b.example \n')).toBe('https://b.example')
  expect(findNamed("registry='https://a.example'\n#registry=x\n")).toBe('https://a.example')
  expect(findNamed('registry=\n@a:registry=x\n')).toBeUndefined()
})
