import { describe, expect, test } from 'vitest'
import vectors from '../vectors.json' with { type: 'json' }
import {
  createNames,
  deriveKey,
  localdevCookie,
  nodeName,
  parseNodeName,
  parseServiceName,
  serviceName,
} from './index.ts'
import type { KeyPurpose, MemberId } from './index.ts'

const names = createNames(vectors.settings)

describe('vectors, which other languages can use too', () => {
  test.each(vectors.nodes)('$node in $idc', ({ service, node, cluster, owner, http, mochi, ...rest }) => {
    const member = rest as MemberId
    const { app, flavor, idc } = member

    expect(serviceName(app, flavor)).toBe(service)
    expect(parseServiceName(service)).toEqual({ app, flavor })
    expect(nodeName(member)).toBe(node)
    expect({ ...parseNodeName(node), idc }).toEqual(member)
    expect(names.clusterDomain(member)).toBe(cluster)
    expect(names.parseClusterDomain(cluster)).toEqual({ app, flavor, idc })
    expect(names.ownerName(member)).toBe(owner)
    expect(names.parseOwnerName(owner)).toEqual(member)
    expect([names.serviceDomain('http', member), names.serviceDomain('mochi', member)]).toEqual([http, mochi])
  })

  test.each(vectors.cookies)('the cookie of $service on a laptop', ({ service, cookie }) => {
    expect(localdevCookie(service)).toBe(cookie)
  })

  test.each(vectors.keys)('the key for $purpose in epoch $epoch', ({ epoch, secret, purpose, key }) => {
    const derived = deriveKey({ epoch, secret: Buffer.from(secret, 'hex') }, purpose as KeyPurpose)

    expect(derived).toEqual({ epoch, key: Buffer.from(key, 'hex') })
  })
})
