import type { OtherType, RecordClass, RecordType } from './codes.ts'

/** The data of a record, by its type. */
export type RecordData =
  | { readonly type: 'A' | 'AAAA'; readonly address: string }
  | {
      readonly type: 'SRV'
      readonly priority: number
      readonly weight: number
      readonly port: number
      readonly target: string
    }
  /** One character for each byte of a text (Latin-1), each text 255 bytes at most. */
  | { readonly type: 'TXT'; readonly texts: readonly string[] }
  | { readonly type: 'NS' | 'CNAME' | 'PTR' | 'DNAME'; readonly target: string }
  | { readonly type: 'MX'; readonly preference: number; readonly target: string }
  | ({ readonly type: 'SOA' } & Soa)
  | { readonly type: OtherType; readonly bytes: Uint8Array }

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

type RecordHead = {
  readonly name: string
  readonly class: RecordClass
  /** In seconds. */
  readonly ttl: number
}

/** A record with its data. */
export type DnsRecord = RecordHead & RecordData & { readonly empty?: never }

/** A record without data, as UPDATE has them: of class ANY or NONE. */
export type EmptyRecord = RecordHead & { readonly type: RecordType; readonly empty: true }

export type AnyRecord = DnsRecord | EmptyRecord

/** The records of one type. */
export type RecordOf<Type extends RecordType> = Extract<DnsRecord, { readonly type: Type }>
