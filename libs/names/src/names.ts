import { formatHexAddress, parseHexAddress } from './address.ts'
import { APP_NAME_LENGTH } from './app-name.ts'
import { errors } from './errors.ts'
import { parsePort } from './node-name.ts'
import type { NodeId } from './node-name.ts'
import { serviceName, trySplit } from './service-name.ts'
import type { ServiceId } from './service-name.ts'

/** What `mochi.json` says of names. */
export type NamesSettings = {
  /** The DNS label between a cluster and its data centre. */
  readonly label: string
  readonly domain: string
  readonly idcs: readonly string[]
}

/** A service in a data centre: everything that runs it there. */
export type ClusterId = ServiceId & { readonly idc: string }
export type MemberId = NodeId & { readonly idc: string }

/** The names that a company's clusters and nodes have in DNS. Parsing takes any case and one dot at the end, as DNS does. */
export type Names = {
  /** Those of the settings, and `local`, which is every laptop. */
  readonly idcs: readonly string[]
  /** The zone in which the clusters of a data centre are: `erl.us1.example.com`. Throws NAMES_IDC_UNKNOWN. */
  zone(idc: string): string
  /** `hello-dev.erl.us1.example.com`. Throws NAMES_IDC_UNKNOWN. */
  clusterDomain(cluster: ClusterId): string
  /** The inverse. Throws NAMES_DNS_INVALID. */
  parseClusterDomain(name: string): ClusterId
  /** The name that has a node's records: `n0a000307-8080.hello-dev.erl.us1.example.com`. Throws NAMES_IDC_UNKNOWN and NAMES_ADDRESS_INVALID. */
  ownerName(member: MemberId): string
  /** The inverse. Throws NAMES_DNS_INVALID. */
  parseOwnerName(name: string): MemberId
  /** The name whose SRV records say where the nodes of a cluster serve everybody, or each other. RFC 2782. */
  serviceDomain(protocol: 'http' | 'mochi', cluster: ClusterId): string
}

/** The data centre that a laptop is. */
export const LAPTOP = 'local'

const LABEL = /^[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/
const LONGEST = 253
/** The longest names begin so: a node of the app with the longest name. */
const BEFORE = 'n00000000-65535.'.length + APP_NAME_LENGTH + '-localdev'.length

/** Throws NAMES_SETTINGS_INVALID where names in DNS cannot be made of these. */
export function createNames(settings: NamesSettings): Names {
  const { label, domain } = settings
  const idcs = [...new Set([...settings.idcs, LAPTOP])]
  requireLabels({ ...settings, idcs })
  const zone = (idc: string): string => {
    if (!idcs.includes(idc)) throw errors.NAMES_IDC_UNKNOWN({ found: idc, idcs })
    return `${label}.${idc}.${domain}`
  }
  const clusterDomain = ({ app, flavor, idc }: ClusterId): string =>
    `${serviceName(app, flavor).replace('_', '-')}.${zone(idc)}`
  const parseTail = (tail: Tail): ClusterId => parseCluster(tail, { idcs, zone })
  return {
    ...{ idcs, zone, clusterDomain },
    parseClusterDomain: (name) =>
      parseTail({ kind: 'the name of a cluster like hello-dev.erl.us1.example.com', name: plain(name), from: 0 }),
    ownerName: (member) => `n${formatHexAddress(member.address)}-${member.port}.${clusterDomain(member)}`,
    parseOwnerName: (given) => {
      const kind = 'the name of a node like n0a000307-8080.hello-dev.erl.us1.example.com'
      const name = plain(given)
      const [, digits = '', written = ''] = /^n([0-9a-f]{8})-(\d{1,5})\./.exec(name) ?? []
      const port = parsePort(written)
      if (port === undefined)
        throw errors.NAMES_DNS_INVALID({
          kind,
          found: name,
          expected: 'n, eight hexadecimal digits, a dash, a port and a dot',
          at: 0,
        })
      const cluster = parseTail({ kind, name, from: name.indexOf('.') + 1 })
      return { ...cluster, address: parseHexAddress(digits), port }
    },
    serviceDomain: (protocol, cluster) => `_${protocol}._tcp.${clusterDomain(cluster)}`,
  }
}

type Tail = { readonly kind: string; readonly name: string; readonly from: number }

function parseCluster({ kind, name, from }: Tail, { idcs, zone }: Pick<Names, 'idcs' | 'zone'>): ClusterId {
  const dot = name.indexOf('.', from)
  const head = dot === -1 ? name.slice(from) : name.slice(from, dot)
  const service = trySplit(head, '-')
  if (!('flavor' in service))
    throw errors.NAMES_DNS_INVALID({ kind, found: name, expected: service.expected, at: from + service.at })
  const tail = dot === -1 ? '' : name.slice(dot + 1)
  const idc = idcs.find((one) => zone(one) === tail)
  if (idc !== undefined) return { ...service, idc }
  const zones = idcs.map(zone).join(' or ')
  throw errors.NAMES_DNS_INVALID({ kind, found: name, expected: zones, at: dot === -1 ? name.length : dot + 1 })
}

/** RFC 4343; a dot at the end only says that the name is whole. */
function plain(name: string): string {
  return name.toLowerCase().replace(/\.$/, '')
}

function requireLabels({ label, domain, idcs }: NamesSettings): void {
  const expected =
    'a label of lower-case letters, digits and dashes, which begins with a letter, at most 63 characters long'
  const labels = [['label', label] as const, ...idcs.map((idc) => [`idc ${idc}`, idc] as const)]
  for (const [what, found] of labels)
    if (!LABEL.test(found)) throw errors.NAMES_SETTINGS_INVALID({ what, expected, found })
  for (const part of domain.split('.'))
    if (!/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(part))
      throw errors.NAMES_SETTINGS_INVALID({
        what: 'domain',
        expected: 'labels of lower-case letters, digits and dashes',
        found: domain,
      })
  for (const idc of idcs) {
    const length = BEFORE + `.${label}.${idc}.${domain}`.length
    const what = `the longest name in ${label}.${idc}.${domain}`
    if (length > LONGEST)
      throw errors.NAMES_SETTINGS_INVALID({ what, expected: `at most ${LONGEST} characters`, found: String(length) })
  }
}
