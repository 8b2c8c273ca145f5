/** Numbers of the wire and the words for them: https://www.iana.org/assignments/dns-parameters. */

/** Types whose data this library reads and writes. All others are `TYPE<number>` with their bytes (RFC 3597). */
export type KnownType = 'A' | 'NS' | 'CNAME' | 'SOA' | 'PTR' | 'MX' | 'TXT' | 'AAAA' | 'SRV' | 'DNAME'
/** Types that only questions have, and UPDATE's deletes (ANY). */
export type QuestionType = 'IXFR' | 'AXFR' | 'ANY'
/** Types that belong to a message and never to a zone. */
export type MetaType = 'OPT' | 'TSIG'
export type OtherType = `TYPE${number}`
export type RecordType = KnownType | QuestionType | MetaType | OtherType

export type RecordClass = 'IN' | 'CH' | 'HS' | 'NONE' | 'ANY' | `CLASS${number}`
export type Opcode = 'QUERY' | 'IQUERY' | 'STATUS' | 'NOTIFY' | 'UPDATE' | `OPCODE${number}`
export type Rcode =
  | 'NOERROR'
  | 'FORMERR'
  | 'SERVFAIL'
  | 'NXDOMAIN'
  | 'NOTIMP'
  | 'REFUSED'
  | 'YXDOMAIN'
  | 'YXRRSET'
  | 'NXRRSET'
  | 'NOTAUTH'
  | 'NOTZONE'
  | 'BADVERS'
  | `RCODE${number}`

type Codes<Word extends string> = {
  readonly wordOf: (number: number) => Word
  readonly numberOf: (word: Word) => number
}

const CLASSES = { IN: 1, CH: 3, HS: 4, NONE: 254, ANY: 255 }
const OPCODES = { QUERY: 0, IQUERY: 1, STATUS: 2, NOTIFY: 4, UPDATE: 5 }
const RCODES = {
  NOERROR: 0,
  FORMERR: 1,
  SERVFAIL: 2,
  NXDOMAIN: 3,
  NOTIMP: 4,
  REFUSED: 5,
  YXDOMAIN: 6,
  YXRRSET: 7,
  NXRRSET: 8,
  NOTAUTH: 9,
  NOTZONE: 10,
  BADVERS: 16,
}
const TYPES: Readonly<Record<KnownType | QuestionType | MetaType, number>> = {
  A: 1,
  NS: 2,
  CNAME: 5,
  SOA: 6,
  PTR: 12,
  MX: 15,
  TXT: 16,
  AAAA: 28,
  SRV: 33,
  DNAME: 39,
  OPT: 41,
  TSIG: 250,
  IXFR: 251,
  AXFR: 252,
  ANY: 255,
}

export const types = createCodes<RecordType>(TYPES, (number) => `TYPE${number}`)
export const classes = createCodes<RecordClass>(CLASSES, (number) => `CLASS${number}`)
export const opcodes = createCodes<Opcode>(OPCODES, (number) => `OPCODE${number}`)
export const rcodes = createCodes<Rcode>(RCODES, (number) => `RCODE${number}`)

/** Types that a record of a zone can have: not 0, OPT, and 128 to 255 (RFC 6895, 3.1). */
export function isZoneType(type: RecordType): type is KnownType | OtherType {
  const number = types.numberOf(type)
  return number > 0 && number !== TYPES.OPT && (number < 128 || number > 255)
}

function createCodes<Word extends string>(
  known: Partial<Record<Word, number>>,
  unknown: (number: number) => Word,
): Codes<Word> {
  const entries = Object.entries(known) as [Word, number][]
  const words = new Map(entries.map(([word, number]) => [number, word]))
  return {
    wordOf: (number) => words.get(number) ?? unknown(number),
    numberOf: (word) => known[word] ?? Number(/\d+$/.exec(word)?.[0]),
  }
}
