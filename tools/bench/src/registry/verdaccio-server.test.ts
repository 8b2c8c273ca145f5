import { expect, test } from 'vitest'
import { configure } from './verdaccio-server.ts'

const defaults = 'storage: ./storage\nuplinks:\n  there:\n    url: https://registry.invalid/\nlog:\n  level: http\n'

test('Verdaccio keeps its default configuration but for its uplink and its folder', () => {
  expect(configure(defaults, { uplink: 'http://127.0.0.1:1', storage: '/its/own' })).toBe(
    'storage: "/its/own"\nuplinks:\n  there:\n    url: "http://127.0.0.1:1"\nlog:\n  level: http\n',
  )
})

test('a default configuration that looks otherwise is not guessed at', () => {
  const wanted = { uplink: 'http://127.0.0.1:1', storage: '/its/own' }
  expect(() => configure(`${defaults}    url: more\n`, wanted)).toThrow('has not one url')
  expect(() => configure(defaults.replace('storage:', 'folder:'), wanted)).toThrow('has not one storage')
})
