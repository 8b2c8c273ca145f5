import type { Message, Question } from './message.ts'
import { isSameName, isWithin, nameKey } from './names.ts'
import type { AnyRecord, DnsRecord, RecordOf } from './records.ts'

/** What a server said about a name and a type, and for how long, in seconds, it may be kept. */
export type Found = {
  /** `no-data`: the name has records of other types; `no-name`: it does not exist. */
  readonly status: 'found' | 'no-data' | 'no-name'
  readonly records: readonly DnsRecord[]
  readonly ttl: number
}

/** RFC 8767, 4: nothing is kept for more than this, whatever a server says. */
const LONGEST_TTL = 86_400
/** RFC 2308, 5. */
const LONGEST_NEGATIVE_TTL = 3 * 3600
const MOST_ALIASES = 16

/** Reads an answer; a text says why it is none. */
export function readAnswer(message: Message, question: Question): Found | string {
  if (message.rcode !== 'NOERROR' && message.rcode !== 'NXDOMAIN') return message.rcode
  const { name, records, ttl } = followAliases(message.answers, question)
  if (records.length > 0) return { status: 'found', records: records.map(inLowerCase), ttl: Math.min(ttl, LONGEST_TTL) }
  const soa = message.authorities.find((record) => isSoaOf(record, name))
  if (soa === undefined && message.rcode === 'NOERROR') {
    if (!isSameName(name, question.name)) return `an alias that leads out of the answer, to ${name}`
    if (message.authorities.some(({ type }) => type === 'NS')) return 'a referral to other servers'
  }
  const negative = soa === undefined ? 0 : Math.min(secondsOf(soa), soa.minimum, ttl, LONGEST_NEGATIVE_TTL)
  return { status: message.rcode === 'NXDOMAIN' ? 'no-name' : 'no-data', records: [], ttl: negative }
}

/** The records of the type at the end of the CNAMEs that begin at the name, and the least time to live on the way. */
function followAliases(answers: readonly AnyRecord[], question: Question) {
  let name = question.name
  let ttl = Infinity
  for (let hops = 0; hops <= MOST_ALIASES; hops++) {
    const here = answers.filter((record) => record.class === 'IN' && isSameName(record.name, name))
    const records = here.filter((record) => record.empty !== true).filter(({ type }) => type === question.type)
    if (records.length > 0) return { name, records, ttl: Math.min(ttl, ...records.map(secondsOf)) }
    const alias = here.find((record) => record.empty !== true && record.type === 'CNAME')
    if (alias?.type !== 'CNAME') break
    name = alias.target
    ttl = Math.min(ttl, secondsOf(alias))
  }
  return { name, records: [], ttl }
}

function isSoaOf(record: AnyRecord, name: string): record is RecordOf<'SOA'> {
  return record.type === 'SOA' && record.empty !== true && isWithin(name, record.name)
}

/** Servers repeat the case of the question, which is chance, wherever they point to it. */
function inLowerCase(record: DnsRecord): DnsRecord {
  const head = { ...record, name: nameKey(record.name) }
  return 'target' in head ? { ...head, target: nameKey(head.target) } : head
}

/** A time to live with the highest bit is 0 (RFC 2181, 8). */
function secondsOf({ ttl }: AnyRecord): number {
  return ttl >= 2 ** 31 ? 0 : ttl
}
