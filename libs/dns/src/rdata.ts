import { isIPv4, isIPv6 } from 'node:net'
import type { KnownType, OtherType, RecordType } from './codes.ts'
import { errors } from './errors.ts'
import { Malformed } from './reader.ts'
import type { Reader } from './reader.ts'
import type { DnsRecord, RecordData, Soa } from './records.ts'
import type { Writer } from './writer.ts'

/** The data of a record: `reader` holds them and nothing else. Compressed names are read wherever they stand. */
export function readData(type: KnownType | OtherType, reader: Reader): RecordData {
  const data = isKnown(type) ? readers[type](reader) : { type, bytes: reader.take(reader.left) }
  if (reader.left > 0) throw new Malformed(`${reader.left} bytes too many in the data of ${type}`, reader.offset)
  return data
}

/** Throws `DNS_RECORD_INVALID`, `DNS_NAME_INVALID`. */
export function writeData(record: DnsRecord, writer: Writer): void {
  switch (record.type) {
    case 'A':
    case 'AAAA':
      writer.put(addressBytes(record))
      break
    case 'NS':
    case 'CNAME':
    case 'PTR':
      writer.name(record.target)
      break
    case 'DNAME':
      writer.name(record.target, { compress: false })
      break
    case 'MX':
      writeNumbers(record, writer, { preference: 16 })
      writer.name(record.target)
      break
    case 'SRV':
      writeNumbers(record, writer, { priority: 16, weight: 16, port: 16 })
      writer.name(record.target, { compress: false })
      break
    case 'TXT':
      writeTexts(record, writer)
      break
    case 'SOA':
      writer.name(record.mname)
      writer.name(record.rname)
      writeNumbers(record, writer, { serial: 32, refresh: 32, retry: 32, expire: 32, minimum: 32 })
      break
    default:
      writer.put(record.bytes)
  }
}

const readers: Readonly<Record<KnownType, (reader: Reader) => RecordData>> = {
  A: (reader) => ({ type: 'A', address: readIPv4(reader) }),
  AAAA: (reader) => ({ type: 'AAAA', address: readIPv6(reader) }),
  NS: (reader) => ({ type: 'NS', target: reader.name() }),
  CNAME: (reader) => ({ type: 'CNAME', target: reader.name() }),
  PTR: (reader) => ({ type: 'PTR', target: reader.name() }),
  DNAME: (reader) => ({ type: 'DNAME', target: reader.name() }),
  MX: (reader) => ({ type: 'MX', preference: reader.uint16(), target: reader.name() }),
  SRV: (reader) => ({
    type: 'SRV',
    priority: reader.uint16(),
    weight: reader.uint16(),
    port: reader.uint16(),
    target: reader.name(),
  }),
  TXT: (reader) => ({ type: 'TXT', texts: readTexts(reader) }),
  SOA: (reader) => ({ type: 'SOA', ...readSoa(reader) }),
}

function isKnown(type: KnownType | OtherType): type is KnownType {
  return Object.hasOwn(readers, type)
}

function readIPv4(reader: Reader): string {
  return `${reader.uint8()}.${reader.uint8()}.${reader.uint8()}.${reader.uint8()}`
}

/** As RFC 5952 writes it: the longest run of zeros is `::`. */
function readIPv6(reader: Reader): string {
  const groups = Array.from({ length: 8 }, () => reader.uint16().toString(16)).join(':')
  const runs = groups.match(/(?<![0-9a-f])0(?::0)+(?![0-9a-f])/g) ?? []
  const longest = runs.reduce((best, run) => (run.length > best.length ? run : best), '')
  if (longest === '') return groups
  const at = groups.search(new RegExp(`(?<![0-9a-f])${longest}(?![0-9a-f])`))
  return `${groups.slice(0, at).replace(/:$/, '')}::${groups.slice(at + longest.length).replace(/^:/, '')}`
}

function readTexts(reader: Reader): string[] {
  const texts: string[] = []
  while (reader.left > 0) texts.push(reader.latin1(reader.uint8()))
  if (texts.length === 0) throw new Malformed('no text in the data of TXT', reader.offset)
  return texts
}

function readSoa(reader: Reader): Soa {
  return {
    mname: reader.name(),
    rname: reader.name(),
    serial: reader.uint32(),
    refresh: reader.uint32(),
    retry: reader.uint32(),
    expire: reader.uint32(),
    minimum: reader.uint32(),
  }
}

function addressBytes(record: { name: string; type: 'A' | 'AAAA'; address: string }): Buffer {
  const { type, address } = record
  if (type === 'A') {
    if (!isIPv4(address)) throw invalid(record, 'an IPv4 address', address)
    return Buffer.from(address.split('.').map(Number))
  }
  if (!isIPv6(address) || address.includes('%')) throw invalid(record, 'an IPv6 address', address)
  return ipv6Bytes(address)
}

function ipv6Bytes(address: string): Buffer {
  const plain = address.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_, ...parts: string[]) => {
    const [a, b, c, d] = parts.map(Number) as [number, number, number, number]
    return `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`
  })
  const [head = [], tail = []] = plain.split('::').map((half) => (half === '' ? [] : half.split(':')))
  const zeros = Array.from({ length: 8 - head.length - tail.length }, () => '0')
  const bytes = Buffer.alloc(16)
  for (const [index, group] of [...head, ...zeros, ...tail].entries())
    bytes.writeUInt16BE(parseInt(group, 16), index * 2)
  return bytes
}

function writeTexts(record: { name: string; type: 'TXT'; texts: readonly string[] }, writer: Writer): void {
  if (record.texts.length === 0) throw invalid(record, 'at least one text', 'none')
  for (const text of record.texts) {
    if (text.length > 255) throw invalid(record, 'texts of at most 255 bytes', `one of ${text.length}`)
    if (/[^\0-\xff]/.test(text)) throw invalid(record, 'one character for each byte', 'a character beyond U+00FF')
    writer.uint8(text.length)
    writer.put(Buffer.from(text, 'latin1'))
  }
}

function writeNumbers<Fields extends string>(
  record: { name: string; type: RecordType } & Readonly<Record<NoInfer<Fields>, number>>,
  writer: Writer,
  fields: Readonly<Record<Fields, 16 | 32>>,
): void {
  for (const [field, bits] of Object.entries(fields) as [Fields, 16 | 32][]) {
    const value: number = record[field]
    if (!Number.isInteger(value) || value < 0 || value >= 2 ** bits)
      throw invalid(record, `${field} from 0 to ${2 ** bits - 1}`, String(value))
    if (bits === 16) writer.uint16(value)
    else writer.uint32(value)
  }
}

function invalid(record: { name: string; type: RecordType }, expected: string, found: string): Error {
  return errors.DNS_RECORD_INVALID({ name: record.name, type: record.type, expected, found: found.slice(0, 300) })
}
