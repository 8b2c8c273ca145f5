import { createFolder } from '@mochi/testing'
import { expect, test } from 'vitest'
import { findRegistry } from './registry.ts'

const noNpm = () => Promise.resolve(undefined)

test('the registry is looked for in the variables, the checkout, the home, and last in npm', async () => {
  await using folder = await createFolder({
    'checkout/.npmrc': '# ours\nyes=false\nregistry = https://checkout.example/npm/\n',
    'home/.npmrc': 'registry="https://home.example"\n',
  })
  const root = folder.join('checkout')
  const home = folder.join('home')
  const empty = folder.join('empty')
  const askNpm = () => Promise.resolve('https://npm.example/')
  const both = { MOCHI_REGISTRY: 'https://mochi.example', npm_config_registry: 'https://variable.example' }
  expect(await findRegistry({ root, home, askNpm, environment: both })).toEqual({
    address: 'https://mochi.example',
    origin: 'MOCHI_REGISTRY',
  })
  const { npm_config_registry } = both
  expect(await findRegistry({ root, home, askNpm, environment: { MOCHI_REGISTRY: '', npm_config_registry } })).toEqual({
    address: 'https://variable.example',
    origin: 'npm_config_registry',
  })
  expect(await findRegistry({ root, home, askNpm, environment: {} })).toEqual({
    address: 'https://checkout.example/npm',
    origin: folder.join('checkout/.npmrc'),
  })
  expect((await findRegistry({ root: empty, home, askNpm, environment: {} })).address).toBe('https://home.example')
  expect(await findRegistry({ root: empty, home: empty, askNpm, environment: {} })).toEqual({
    address: 'https://npm.example',
    origin: 'npm config get registry',
  })
})

test('a registry that is not wanted is passed over, and what it stands for in a .npmrc is taken in its place', async () => {
  const unwanted = 'http://127.0.0.1:4873/'
  await using folder = await createFolder({
    'checkout/.npmrc': `registry=${unwanted}\n`,
    'home/.npmrc': '//before.example/:_authToken=hunter2\n',
  })
  const [root, home] = [folder.join('checkout'), folder.join('home')]
  const find = (environment: Record<string, string>, instead?: string, npm = 'https://npm.example/') => {
    const except = { isMeant: (address: string) => address === unwanted, instead }
    return findRegistry({ root, home, environment, askNpm: () => Promise.resolve(npm), except })
  }
  const environment = { MOCHI_REGISTRY: unwanted, npm_config_registry: 'https://variable.example' }
  expect(await find(environment)).toMatchObject({ address: 'https://variable.example', origin: 'npm_config_registry' })
  expect(await find({ MOCHI_REGISTRY: unwanted }, 'https://before.example/')).toEqual({
    ...{ address: 'https://before.example', origin: folder.join('checkout/.npmrc') },
    authorization: 'Bearer hunter2',
  })
  expect((await find({})).address).toBe('https://npm.example')
  await expect(find({}, undefined, unwanted)).rejects.toMatchObject({ code: 'TOOLCHAIN_REGISTRY_UNKNOWN' })
})

test('npm is not asked when the answer is known', async () => {
  const askNpm = () => Promise.reject(new Error('npm was asked'))
  const environment = { MOCHI_REGISTRY: 'https://mochi.example' }
  await expect(findRegistry({ root: '/none', home: '/none', askNpm, environment })).resolves.toBeDefined()
})

test('without any answer it says so, and does not fall back to an address of its own', async () => {
  await expect(findRegistry({ root: '/none', home: '/none', askNpm: noNpm, environment: {} })).rejects.toMatchObject({
    code: 'TOOLCHAIN_REGISTRY_UNKNOWN',
  })
})

test.each(['registry.example', 'file:///etc/passwd', 'ftp://registry.example'])('%s is no registry', async (text) => {
  await expect(
    findRegistry({ root: '/none', home: '/none', askNpm: noNpm, environment: { MOCHI_REGISTRY: text } }),
  ).rejects.toMatchObject({ code: 'TOOLCHAIN_REGISTRY_UNKNOWN' })
})

test('the token of the longest matching path is taken, with variables filled in', async () => {
  await using folder = await createFolder({
    'home/.npmrc': [
      '//registry.example/:_authToken=of-the-host',
      '//registry.example/npm/team/:_authToken=${TEAM_TOKEN}',
      '//other.example/:_authToken=of-another-host',
    ].join('\n'),
  })
  const find = (registry: string) =>
    findRegistry({
      root: folder.path,
      home: folder.join('home'),
      askNpm: noNpm,
      environment: { MOCHI_REGISTRY: registry, TEAM_TOKEN: 'of-the-team' },
    })
  expect((await find('https://registry.example/npm/team/')).authorization).toBe('Bearer of-the-team')
  expect((await find('https://registry.example/npm')).authorization).toBe('Bearer of-the-host')
  expect(await find('https://registry.example.org/')).not.toHaveProperty('authorization')
})

test('user and password in the address become a header and leave the address', async () => {
  const environment = { MOCHI_REGISTRY: 'https://ada:pass%20word@registry.example/npm/' }
  expect(await findRegistry({ root: '/none', home: '/none', askNpm: noNpm, environment })).toEqual({
    address: 'https://registry.example/npm',
    origin: 'MOCHI_REGISTRY',
    authorization: `Basic ${Buffer.from('ada:pass word').toString('base64')}`,
  })
})

test('a token never travels in clear beyond this machine', async () => {
  const find = (address: string) =>
    findRegistry({ root: '/none', home: '/none', askNpm: noNpm, environment: { MOCHI_REGISTRY: address } })
  await expect(find('http://ada:secret@registry.example')).rejects.toMatchObject({
    code: 'TOOLCHAIN_TOKEN_IN_CLEAR',
    message: expect.not.stringContaining('secret') as string,
  })
  await expect(find('http://ada:secret@127.0.0.1:4873')).resolves.toHaveProperty('authorization')
  await expect(find('http://registry.example')).resolves.not.toHaveProperty('authorization')
})

test.each([undefined, ''])('an npm that answers %j names none', async (answer) => {
  await using folder = await createFolder()
  const place = { root: folder.path, home: folder.path, environment: {} }
  await expect(findRegistry({ ...place, askNpm: () => Promise.resolve(answer) })).rejects.toMatchObject({
    code: 'TOOLCHAIN_REGISTRY_UNKNOWN',
    message: expect.stringContaining('none') as string,
  })
})
