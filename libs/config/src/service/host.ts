import { isIPv6 } from 'node:net'
import { join } from 'node:path'
import { flavors } from '@mochi/names'
import type { Flavor } from '@mochi/names'
import { Type } from 'typebox'
import { checkDocument } from '../check-document.ts'
import { errors } from '../errors.ts'
import type { Fault, LocatedFault } from '../fault.ts'
import { readText } from '../read-text.ts'
import { getValue } from '../tree.ts'
import type { DocumentNode } from '../tree.ts'

/** What a host is: where it stands, what runs on it, and how others reach it. */
export type Host = {
  readonly idc: string
  readonly flavor: Flavor
  /** IPv4. */
  readonly address: string
  readonly labels: Readonly<Record<string, string>>
}

/** A host without a host file. */
export const laptop: Host = { idc: 'local', flavor: 'localdev', address: '127.0.0.1', labels: {} }

const byte = '(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])'

/** The schema of `etc/host.json`. `host.schema.json`, for editors, is rendered from it. */
export const hostSchema = Type.Object(
  {
    $schema: Type.Optional(Type.String({ description: 'Where editors find this schema.' })),
    idc: Type.String({
      pattern: '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$',
      patternErrorMessage: 'lower-case letters, digits and dashes, at most 63 characters, no dash at either end',
      description: 'The internet data centre that it stands in, as in mochi.json. A laptop is in "local".',
    }),
    flavor: Type.Enum([...flavors], {
      description: 'localdev: a laptop. dev: a test machine of the company. prod: what its customers use.',
    }),
    address: Type.String({
      pattern: `^${byte}(\\.${byte}){3}$`,
      patternErrorMessage: 'an IPv4 address like "10.0.3.7"',
      description: 'The IPv4 address at which other hosts reach it.',
    }),
    labels: Type.Optional(
      Type.Record(Type.String(), Type.String({ maxLength: 200 }), {
        propertyNames: {
          pattern: '^[a-z][a-z0-9-]{0,62}$',
          patternErrorMessage: 'lower-case letters, digits and dashes, beginning with a letter, at most 63 characters',
        },
        description: 'Anything else that is to be known of it: { "rack": "b7" }.',
      }),
    ),
  },
  { additionalProperties: false, title: 'etc/host.json', description: 'What this host is. Absent on a laptop.' },
)

/**
 * What the host says of itself in `<prefix>/etc/host.json`; without that file it is a laptop. CONFIG_HOST_INVALID with every
 * fault, CONFIG_UNREADABLE.
 */
export async function loadHost(prefix: string): Promise<Host> {
  const read = await readHost(prefix)
  if ('faults' in read) throw errors.CONFIG_HOST_INVALID(read)
  return read.host
}

/** The same, faults as data. CONFIG_UNREADABLE is thrown. */
export async function readHost(
  prefix: string,
): Promise<{ host: Host } | { file: string; faults: readonly LocatedFault[] }> {
  const file = join(prefix, 'etc/host.json')
  const text = await readText(file)
  if (text === undefined) return { host: laptop }
  const checked = checkDocument(text, { schema: hostSchema, meaning: findImpossible })
  if ('faults' in checked) return { file, faults: checked.faults }
  const { idc, flavor, address, labels = {} } = checked.value
  return { host: { idc, flavor, address, labels } }
}

function findImpossible(root: DocumentNode): Fault[] {
  const address = getValue(root, 'address')
  const idc = getValue(root, 'idc')
  const flavor = getValue(root, 'flavor')?.value as unknown
  return [...(address === undefined ? [] : addressFaults(address)), ...localFaults(idc, flavor)]
}

function addressFaults({ value, offset, length }: DocumentNode): Fault[] {
  if (typeof value !== 'string') return []
  const expected = 'an IPv4 address that other hosts reach it at'
  if (isIPv6(value))
    return [{ offset, length, expected, found: `the IPv6 address "${value}", which this version does not have` }]
  const first = Number(value.split('.', 1)[0])
  const isAHosts = first > 0 && first < 224
  return /^\d+\./.test(value) && !isAHosts ? [{ offset, length, expected, found: `"${value}", which no host has` }] : []
}

/** A server that takes itself for a laptop would be found by nobody. */
function localFaults(idc: DocumentNode | undefined, flavor: unknown): Fault[] {
  if (idc?.value !== 'local' || flavor === 'localdev' || flavor === undefined) return []
  const { offset, length } = idc
  return [{ offset, length, expected: 'the name of a data centre', found: '"local", the IDC of every laptop' }]
}
