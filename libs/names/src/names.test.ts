import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  createNames,
  flavors,
  formatNodeFacts,
  nodeName,
  parseAddress,
  parseNodeFacts,
  parseNodeName,
  parseServiceName,
  serviceName,
} from './index.ts'
import type { MemberId } from './index.ts'
import { appNameFault } from './app-name.ts'

const settings = { label: 'erl', domain: 'example.com', idcs: ['us1', 'eu-2'] }
const names = createNames(settings)

const app = fc
  .stringMatching(/^[a-z][a-z0-9]{0,7}(-[a-z0-9]{1,8}){0,3}$/)
  .filter((name) => appNameFault(name)?.kind !== 'rule')
const flavor = fc.constantFrom(...flavors)
const member: fc.Arbitrary<MemberId> = fc.record({
  app,
  flavor,
  address: fc.ipV4(),
  port: fc.integer({ min: 1, max: 65_535 }),
  idc: fc.constantFrom(...names.idcs),
})

describe('names', () => {
  test('of services and nodes are read as they were written', () => {
    fc.assert(
      fc.property(member, ({ idc, ...node }) => {
        expect(parseServiceName(serviceName(node.app, node.flavor))).toEqual({ app: node.app, flavor: node.flavor })
        expect({ ...parseNodeName(nodeName(node)), idc }).toEqual({ ...node, idc })
      }),
    )
  })

  test('in DNS are read as they were written, in any case and with a dot at the end', () => {
    fc.assert(
      fc.property(member, (node) => {
        const { app: ofApp, flavor: ofFlavor, idc } = node
        expect(names.parseClusterDomain(`${names.clusterDomain(node).toUpperCase()}.`)).toEqual({
          app: ofApp,
          flavor: ofFlavor,
          idc,
        })
        expect(names.parseOwnerName(`${names.ownerName(node).toUpperCase()}.`)).toEqual(node)
      }),
    )
  })

  test('are never shared by two services', () => {
    fc.assert(
      fc.property(member, member, (one, other) => {
        const isSame = one.app === other.app && one.flavor === other.flavor && one.idc === other.idc
        expect(names.clusterDomain(one) === names.clusterDomain(other)).toBe(isSame)
      }),
    )
  })

  test('that are read have been written so, whatever text they are read from', () => {
    const text = fc.oneof(fc.string(), fc.stringMatching(/^[a-z_-]{1,12}@[0-9.]{7,12}(:[0-9]{1,6})?$/))
    fc.assert(
      fc.property(text, (given) => {
        try {
          expect(nodeName(parseNodeName(given))).toBe(given)
        } catch (error) {
          expect(error).toMatchObject({ code: 'NAMES_NODE_INVALID' })
        }
      }),
    )
  })
})

describe('a refusal says what was expected, and where', () => {
  test.each([
    ['hello_prod', 7, 'localdev or dev'],
    ['Hello', 1, 'a name made of'],
    ['hello_', 7, 'localdev or dev'],
  ])('service %s', (text, at, expected) => {
    expect(() => parseServiceName(text)).toThrow(new RegExp(`at character ${at} .*${expected}`))
  })

  test.each([
    ['hello', 6, 'an @'],
    ['hello_x@10.0.0.1', 7, 'localdev or dev'],
    ['hello@10.0.0', 13, 'a dot and another number'],
    ['hello@10.0.00.1', 12, 'a number from 0 to 255'],
    ['hello@10.0.0.256', 14, 'a number from 0 to 255'],
    ['hello@10.0.0.1.1', 15, 'the end'],
    ['hello@::1', 7, 'IPv4'],
    ['hello@10.0.0.1:0', 16, 'a port'],
    ['hello@10.0.0.1:65536', 16, 'a port'],
    ['nameserver@10.0.0.1:15353', 20, 'no port'],
  ])('node %s', (text, at, expected) => {
    expect(() => parseNodeName(text)).toThrow(new RegExp(`at character ${at} .*${expected}`))
  })

  test.each([
    ['hello-dev', 10, 'erl.us1.example.com or'],
    ['hello-dev.erl.us2.example.com', 11, 'erl.us1.example.com or'],
    ['hello-prod.erl.us1.example.com', 1, 'a name made of'],
  ])('cluster %s', (text, at, expected) => {
    expect(() => names.parseClusterDomain(text)).toThrow(new RegExp(`at character ${at} .*${expected}`))
  })

  test.each([
    ['hello.erl.us1.example.com', 1],
    ['n0a000307-0.hello.erl.us1.example.com', 1],
    ['n0a000307-8080.erl.us1.example.com', 20],
  ])('node in DNS %s', (text, at) => {
    expect(() => names.parseOwnerName(text)).toThrow(new RegExp(`at character ${at} `))
  })

  test('a data centre that there is not', () => {
    expect(() => names.zone('us2')).toThrow('Expected one of us1, eu-2, local, found "us2".')
  })

  test('an address of IPv6, by name', () => {
    expect(() => parseAddress('fe80::1')).toThrow('IPv6 is not supported')
  })

  test.each([
    [{ label: 'Erl' }, 'label'],
    [{ idcs: ['us_1'] }, 'idc us_1'],
    [{ domain: 'example..com' }, 'domain'],
    [{ domain: Array.from({ length: 5 }, () => 'x'.repeat(40)).join('.') }, 'the longest name'],
  ])('settings %j', (change, what) => {
    expect(() => createNames({ ...settings, ...change })).toThrow(`Expected ${what}`)
  })
})

test('what a node says of itself is read as it was written, also beside what is not known yet', () => {
  const facts = { version: '1.2.3', revision: 'c0ffee', instance: '4b1d' }

  expect(parseNodeFacts([...formatNodeFacts(facts), 'color=red'])).toEqual(facts)
  expect(parseNodeFacts(['version=1', 'instance=2'])).toBeUndefined()
})

test('a string of a TXT record has at most 255 bytes, and ends with a whole character', () => {
  const [version = ''] = formatNodeFacts({ version: 'ü'.repeat(200), revision: '', instance: '' })

  expect(Buffer.byteLength(version)).toBeLessThanOrEqual(255)
  expect(version).toMatch(/ü$/)
})
