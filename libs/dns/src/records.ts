import type { KnownType, OtherType, RecordClass, RecordType } from './codes.ts'

/** The data of a record, by its type. */
type DataByType = {
  A: { readonly address: string }
  AAAA: { readonly address: string }
  NS: { readonly target: string }
  CNAME: { readonly target: string }
  PTR: { readonly target: string }
  DNAME: { readonly target: string }
  MX: { readonly preference: number; readonly target: string }
  SRV: { readonly priority: number; readonly weight: number; readonly port: number; readonly target: string }
  /** One character for each byte of a text (Latin-1), each text 255 bytes at most. */
  TXT: { readonly texts: readonly string[] }
  SOA: Soa
}

export type Soa = {
  readonly mname: string
  readonly rname: string
  readonly serial: number
  readonly refresh: number
  readonly retry: number
  readonly expire: number
  /** How long a negative answer may be kept, in seconds (RFC 2308). */
  readonly minimum: number
}

type KnownData<Type extends KnownType> = { readonly type: Type } & DataByType[Type]

/** The data of a record, with its type. */
export type RecordData =
  | { readonly [Type in KnownType]: KnownData<Type> }[KnownType]
  | { readonly type: OtherType; readonly bytes: Uint8Array }

type RecordHead = {
  readonly name: string
  readonly class: RecordClass
  /** In seconds. */
  readonly ttl: number
  readonly empty?: never
}

/** A record with its data. */
export type DnsRecord = RecordHead & RecordData

/** A record without data, as UPDATE has them: of class ANY or NONE. */
export type EmptyRecord = Omit<RecordHead, 'empty'> & { readonly type: RecordType; readonly empty: true }

export type AnyRecord = DnsRecord | EmptyRecord

/** The records of one type. */
export type RecordOf<Type extends KnownType> = RecordHead & KnownData<Type>
