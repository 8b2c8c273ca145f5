import { join } from 'node:path'
import { createFolder, requireCommand, runProcess, workspaceRoot } from '@mochi/testing'
import { describe, expect, test } from 'vitest'
import { findRegistry } from './registry.ts'

/** What the checkout's and the user's `.npmrc` say, and the header that the registry gets. */
type Case = [name: string, files: { checkout?: string; home?: string }, header: string | undefined]

const REGISTRY = 'https://registry.example:8443/npm/team'
const HOST = '//registry.example:8443'

const CASES: Case[] = [
  ['no entry at all', {}, undefined],
  ['a token of the user', { home: `${HOST}/:_authToken=user` }, 'Bearer user'],
  ['a token of the checkout', { checkout: `${HOST}/:_authToken=ours` }, 'Bearer ours'],
  [
    'the checkout before the user',
    { checkout: `${HOST}/:_authToken=ours`, home: `${HOST}/:_authToken=user` },
    'Bearer ours',
  ],
  [
    'the longer path before the checkout',
    { checkout: `${HOST}/:_authToken=ours`, home: `${HOST}/npm/:_authToken=user` },
    'Bearer user',
  ],
  ['the whole path', { home: `${HOST}/npm/team/:_authToken=team\n${HOST}/npm/:_authToken=npm` }, 'Bearer team'],
  ['another path', { home: `${HOST}/npm/tea/:_authToken=x` }, undefined],
  ['another port', { home: '//registry.example/:_authToken=x' }, undefined],
  ['another host', { home: '//registry.example.org:8443/:_authToken=x' }, undefined],
  ['the last of two lines', { home: `${HOST}/:_authToken=old\n${HOST}/:_authToken=new` }, 'Bearer new'],
  ['user and password as one text', { home: `${HOST}/:_auth=YTpi` }, 'Basic YTpi'],
  ['a token before them', { home: `${HOST}/:_auth=YTpi\n${HOST}/:_authToken=t` }, 'Bearer t'],
  ['a variable', { checkout: `${HOST}/:_authToken=\${TOKEN}` }, 'Bearer of-the-variable'],
  ['a variable within', { checkout: `${HOST}/:_authToken=a-\${TOKEN}-b` }, 'Bearer a-of-the-variable-b'],
  ['a variable that is not set', { checkout: `${HOST}/:_authToken=\${UNSET}` }, undefined],
  [
    'one that is not set, and the user’s token',
    { checkout: `${HOST}/:_authToken=\${UNSET}`, home: `${HOST}/:_authToken=user` },
    'Bearer user',
  ],
  ['what is no name of a variable', { home: `${HOST}/:_authToken=\${a-b}` }, 'Bearer ${a-b}'],
  ['spaces around the sign', { home: `  ${HOST}/:_authToken =  t  ` }, 'Bearer t'],
  ['double quotes', { home: `${HOST}/:_authToken="t"` }, 'Bearer t'],
  ['single quotes', { home: `${HOST}/:_authToken='t'` }, 'Bearer t'],
  ['line ends of Windows', { home: `fund=false\r\n${HOST}/:_authToken=t\r\n` }, 'Bearer t'],
  ['a comment', { home: `# ${HOST}/:_authToken=x\n;${HOST}/:_authToken=x` }, undefined],
  ['a value with a sign of equality', { home: `${HOST}/:_auth=YTo=` }, 'Basic YTo='],
  ['an empty token', { checkout: `${HOST}/:_authToken=`, home: `${HOST}/:_authToken=user` }, 'Bearer user'],
]

const LIB = join(workspaceRoot, 'toolchain/lib')
const SCRIPT = `checkout=$1 registry=$2; . ${LIB}/npmrc.sh; . ${LIB}/registry.sh
registry=$2; find_authorization; printf %s "$authorization"`

describe.each(['dash', 'busybox', 'bash'] as const)('the lock and the installer, run by %s, send the same', (shell) => {
  test.runIf(requireCommand(shell)).each(CASES)('%s', async (_, { checkout = '', home = '' }, header) => {
    await using folder = await createFolder({ 'checkout/.npmrc': checkout, 'home/.npmrc': home })
    const root = folder.join('checkout')
    const env = { PATH: '/usr/bin:/bin', HOME: folder.join('home'), TOKEN: 'of-the-variable' }
    const environment = { ...env, MOCHI_REGISTRY: REGISTRY }
    const askNpm = () => Promise.resolve(undefined)
    const registry = await findRegistry({ root, home: env.HOME, environment, askNpm })
    const command = shell === 'busybox' ? ['sh', '-c', SCRIPT] : ['-c', SCRIPT]
    const { stdout, stderr } = await runProcess(shell, [...command, 'sh', root, registry.address], { env })
    expect({ lock: registry.authorization, installer: stdout, stderr }).toEqual({
      lock: header,
      installer: header ?? '',
      stderr: '',
    })
  })
})

describe.each(['dash', 'busybox', 'bash'] as const)('the lock and the installer, run by %s, send in clear', (shell) => {
  test.runIf(requireCommand(shell)).each([
    ['http://127.0.0.1:4873', true],
    ['http://127.1.2.3/npm', true],
    ['http://127.255.255.254', true],
    ['http://localhost:4873/npm', true],
    ['http://[::1]:4873', true],
    ['http://127.evil.example', false],
    ['http://127.0.0.1.evil.example:80', false],
    ['http://127.0.0.x', false],
    ['http://localhost.evil.example', false],
    ['http://128.0.0.1', false],
    ['https://registry.example', true],
  ])('to %s: %s', async (address, allowed) => {
    await using folder = await createFolder({ 'home/.npmrc': `${address.replace(/^https?:/, '')}/:_authToken=t\n` })
    const environment = { MOCHI_REGISTRY: address }
    const askNpm = () => Promise.resolve(undefined)
    const lock = await findRegistry({ root: folder.path, home: folder.join('home'), environment, askNpm }).then(
      ({ authorization }) => authorization === 'Bearer t',
      () => false,
    )
    const script = `. ${LIB}/messages.sh; . ${LIB}/registry.sh; keeps_secret "$1" 'Bearer t'`
    const command = shell === 'busybox' ? ['sh', '-c', script] : ['-c', script]
    const { code, stderr } = await runProcess(shell, [...command, 'sh', address], {
      env: { PATH: '/usr/bin:/bin', HOME: folder.join('home') },
    })
    expect({ lock, installer: code === 0, stderr }).toEqual({ lock: allowed, installer: allowed, stderr: '' })
  })
})
