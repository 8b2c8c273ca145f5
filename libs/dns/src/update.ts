import type { KnownType, OtherType, RecordType } from './codes.ts'
import { isZoneType } from './codes.ts'
import { leaseOf } from './edns.ts'
import type { Lease } from './edns.ts'
import type { Message } from './message.ts'
import { isWithin } from './names.ts'
import type { AnyRecord, DnsRecord, EmptyRecord, RecordData } from './records.ts'

type ZoneType = KnownType | OtherType
type Named = { readonly name: string }
type NamedSet = Named & { readonly type: ZoneType }

/** A record that an update speaks of: its name and data. */
export type Value = Named & RecordData

/** What must be so before anything is changed (RFC 2136, 2.4). */
export type Prerequisite =
  | { readonly nameInUse: Named }
  | { readonly nameNotInUse: Named }
  | { readonly setExists: NamedSet }
  | { readonly setAbsent: NamedSet }
  /** All values of a set: it has to hold these and no others. */
  | { readonly setEquals: readonly Value[] }

/** What is changed (RFC 2136, 2.5). Adding what is there, and deleting what is not, changes nothing. */
export type Change =
  | { readonly add: Value & { readonly ttl: number } }
  | { readonly deleteRecord: Value }
  | { readonly deleteSet: NamedSet }
  /** Knot refuses this one where a key's permission lists types. */
  | { readonly deleteName: Named }

export type Update = {
  readonly zone: string
  /** All of them must hold. */
  readonly require?: readonly Prerequisite[]
  /** All of them are made, in this order, or none. */
  readonly change: readonly Change[]
}

/** The sections of an UPDATE. */
export function updateSections({
  zone,
  require = [],
  change,
}: Update): Pick<Message, 'questions' | 'answers' | 'authorities'> {
  return {
    questions: [{ name: zone, type: 'SOA', class: 'IN' }],
    answers: require.flatMap(prerequisiteRecords),
    authorities: change.map(changeRecord),
  }
}

function prerequisiteRecords(one: Prerequisite): AnyRecord[] {
  if ('nameInUse' in one) return [empty(one.nameInUse, 'ANY', 'ANY')]
  if ('nameNotInUse' in one) return [empty(one.nameNotInUse, 'NONE', 'ANY')]
  if ('setExists' in one) return [empty(one.setExists, 'ANY', one.setExists.type)]
  if ('setAbsent' in one) return [empty(one.setAbsent, 'NONE', one.setAbsent.type)]
  return one.setEquals.map((value) => ({ ...value, class: 'IN', ttl: 0 }))
}

function changeRecord(one: Change): AnyRecord {
  if ('add' in one) return { ...one.add, class: 'IN' }
  if ('deleteRecord' in one) return { ...one.deleteRecord, class: 'NONE', ttl: 0 }
  if ('deleteSet' in one) return empty(one.deleteSet, 'ANY', one.deleteSet.type)
  return empty(one.deleteName, 'ANY', 'ANY')
}

function empty({ name }: Named, kind: 'ANY' | 'NONE', type: RecordType): EmptyRecord {
  return { name, class: kind, ttl: 0, type, empty: true }
}

/** An UPDATE as a server reads it. */
export type ReadUpdate =
  | {
      readonly ok: true
      readonly zone: string
      /** Sets are one prerequisite for each record; a server puts those of one name and type together. */
      readonly require: readonly Prerequisite[]
      readonly change: readonly Change[]
      readonly lease: Lease | undefined
    }
  | { readonly ok: false; readonly rcode: 'FORMERR' | 'NOTZONE'; readonly reason: string }

/** Reads the sections of an UPDATE, as RFC 2136, 3.1 to 3.4.1 wants them to be. Total. */
export function readUpdate(message: Message): ReadUpdate {
  const [zone, ...more] = message.questions
  if (zone === undefined || more.length > 0 || zone.type !== 'SOA' || zone.class !== 'IN')
    return { ok: false, rcode: 'FORMERR', reason: 'an update names one zone, by its SOA' }
  const outside = [...message.answers, ...message.authorities].find(({ name }) => !isWithin(name, zone.name))
  if (outside !== undefined)
    return { ok: false, rcode: 'NOTZONE', reason: `${outside.name} is not within ${zone.name}` }
  const lease = leaseOf(message.edns)
  if (lease === 'malformed') return { ok: false, rcode: 'FORMERR', reason: 'a lease has 4 or 8 bytes' }
  const require = message.answers.map(readPrerequisite)
  const change = message.authorities.map(readChange)
  if (!areAll(require)) return { ok: false, rcode: 'FORMERR', reason: 'a prerequisite of no known kind' }
  if (!areAll(change)) return { ok: false, rcode: 'FORMERR', reason: 'a change of no known kind' }
  return { ok: true, zone: zone.name, require, change, lease }
}

function readPrerequisite(record: AnyRecord): Prerequisite | undefined {
  const { name, type, ttl } = record
  if (ttl !== 0) return undefined
  if (record.empty !== true) return record.class === 'IN' ? { setEquals: [valueOf(record)] } : undefined
  const inUse = record.class === 'ANY'
  if (type === 'ANY') return inUse ? { nameInUse: { name } } : { nameNotInUse: { name } }
  if (!isZoneType(type)) return undefined
  return inUse ? { setExists: { name, type } } : { setAbsent: { name, type } }
}

function readChange(record: AnyRecord): Change | undefined {
  const { name, type, ttl } = record
  if (record.empty !== true) {
    if (record.class === 'IN') return { add: { ...valueOf(record), ttl } }
    return record.class === 'NONE' && ttl === 0 ? { deleteRecord: valueOf(record) } : undefined
  }
  if (record.class !== 'ANY' || ttl !== 0) return undefined
  if (type === 'ANY') return { deleteName: { name } }
  return isZoneType(type) ? { deleteSet: { name, type } } : undefined
}

function valueOf(record: DnsRecord): Value {
  const fields = Object.entries(record).filter(([field]) => field !== 'class' && field !== 'ttl')
  return Object.fromEntries(fields) as unknown as Value
}

function areAll<Item>(items: readonly (Item | undefined)[]): items is readonly Item[] {
  return !items.includes(undefined)
}
