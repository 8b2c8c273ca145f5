import { describe, expect, test } from 'vitest'
import { nodeNames, planServices } from './plan-services.ts'
import { formatServices, formatSpan } from './table.ts'
import { createTestContext } from '../testing/test-context.ts'

const options = { root: '/checkout', node: '/bin/node', freePorts: false, var: '/prefix/var' }
const hello = { app: 'hello', host: '127.0.0.1', port: 20_080, scheme: 'http', nodes: 1, env: {} } as const

describe('The plan of what runs', () => {
  test('is the sources of each service, on the port of its own', () => {
    const [planned] = planServices([hello], options)
    expect(planned?.name).toBe('hello')
    expect(planned?.directory.spec).toMatchObject({
      command: ['/bin/node', 'src/main.ts'],
      folder: '/checkout/apps/hello',
      sockets: { public: { host: '127.0.0.1', port: 20_080 } },
    })
  })

  test('gives any free port to further nodes, and in an instance to all', () => {
    const portsOf = (freePorts: boolean): unknown[] =>
      planServices([{ ...hello, nodes: 3 }], { ...options, freePorts }).map(
        ({ directory }) => directory.spec.sockets.public?.port,
      )
    expect(portsOf(false)).toEqual([20_080, 0, 0])
    expect(portsOf(true)).toEqual([0, 0, 0])
    expect(nodeNames('hello', 3)).toEqual(['hello', 'hello-2', 'hello-3'])
  })

  test('gives Node the flags that the service asks for', () => {
    const [planned] = planServices([{ ...hello, node: ['--max-semi-space-size=1'] }], options)
    expect(planned?.directory.spec.command).toEqual(['/bin/node', '--max-semi-space-size=1', 'src/main.ts'])
  })

  test('gives each node a folder for its data, where the service keeps some and was not told where', () => {
    const planned = planServices(
      [
        { ...hello, data: 'HELLO_DATA', nodes: 2 },
        { ...hello, app: 'foo' },
      ],
      options,
    )
    expect(planned.map(({ directory }) => directory.env)).toEqual([
      { HELLO_DATA: '/prefix/var/hello' },
      { HELLO_DATA: '/prefix/var/hello-2' },
      {},
    ])
  })
})

test('the table says what serves where, and why something does not', () => {
  const context = createTestContext()
  const row = {
    name: 'foo',
    state: 'running',
    url: 'http://127.0.0.1:1',
    checkout: '/nowhere',
    pid: 7,
    crashes: 0,
    fault: undefined,
  } as const
  const rows = [
    { ...row, uptime: 61_000, memory: 50_000_000 },
    {
      ...row,
      name: 'bar',
      state: 'waiting',
      pid: undefined,
      uptime: undefined,
      memory: undefined,
      crashes: 3,
      fault: 'ended with code 7',
    },
  ] as const
  expect(formatServices(rows, context)).toBe(
    [
      'service  state    pid  restarts  since  memory  url',
      'foo      running  7    0         1 min  50 MB   http://127.0.0.1:1',
      'bar      waiting  -    3         -      -       ended with code 7',
      '',
    ].join('\n'),
  )
})

test.each([
  [0, '0 s'],
  [59_999, '59 s'],
  [60_000, '1 min'],
  [3_600_000, '1 h'],
  [200_000_000, '2 d'],
])('%d ms are %s', (milliseconds, words) => {
  expect(formatSpan(milliseconds)).toBe(words)
})
