import { createNamesOwn, isOwn } from '../names/own-scopes.ts'
import type { Uplink } from './uplink.ts'
import { UplinkFault } from './uplink-fault.ts'

/** The same uplink, which is asked about nothing of the company's, whoever has let such a question through. Throws UplinkFault in its place. */
export function withoutOwn(uplink: Uplink, scopes: readonly string[]): Uplink {
  const namesOwn = createNamesOwn(scopes)
  const refuse = (what: string): never => {
    throw new UplinkFault('denied', `${what} is the company's, and nobody else is asked about it`)
  }
  return {
    ...uplink,
    document: async (name, etag) => (isOwn(name, scopes) ? refuse(name) : uplink.document(name, etag)),
    tarball: async (wanted, ended) =>
      isOwn(wanted.name, scopes) ? refuse(wanted.name) : uplink.tarball(wanted, ended),
    json: async (path, options) => (namesOwn(path) ? refuse(path) : uplink.json(path, options)),
  }
}
