import { classes, isZoneType, opcodes, rcodes, types } from './codes.ts'
import type { RecordClass, RecordType } from './codes.ts'
import type { Edns, EdnsOption } from './edns.ts'
import type { Decoded, Header, Question, ReadMessage, TsigRecord } from './message.ts'
import { readData } from './rdata.ts'
import { Malformed, Reader } from './reader.ts'
import type { AnyRecord } from './records.ts'

const HEADER_LENGTH = 12
/** The least that a question and a record take: so much for counts that promise more than the bytes can hold. */
const LEAST_QUESTION = 5
const LEAST_RECORD = 11

/**
 * Reads a message. Total: whatever the bytes are, the result says what is wrong; nothing is thrown, and time and memory
 * grow with the length of the bytes alone. What it returns shares no memory with them.
 */
export function decodeMessage(bytes: Uint8Array): Decoded {
  const reader = new Reader(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength))
  const progress: { header?: Header } = {}
  try {
    return { ok: true, message: readMessage(reader, progress) }
  } catch (error) {
    if (!(error instanceof Malformed)) throw error
    return {
      ok: false,
      fault: { reason: error.reason, offset: Math.min(error.offset, bytes.length), header: progress.header },
    }
  }
}

function readMessage(reader: Reader, progress: { header?: Header }): ReadMessage {
  if (reader.left < HEADER_LENGTH) throw new Malformed('an end before all was there', 0)
  const header = readHeader(reader)
  progress.header = header
  const [questions, answers, authorities, additionals] = readCounts(reader)
  const message = {
    questions: times(questions, () => readQuestion(reader)),
    answers: times(answers, () => readRecord(reader, header)),
    authorities: times(authorities, () => readRecord(reader, header)),
  }
  const rest = readAdditionals(reader, { header, count: additionals })
  if (reader.left > 0) throw new Malformed(`${reader.left} bytes behind the end`, reader.offset)
  const { extendedRcode, ...parts } = rest
  const rcode = extendedRcode === 0 ? header.rcode : rcodes.wordOf((extendedRcode << 4) | rcodes.numberOf(header.rcode))
  return { ...header, rcode, ...message, ...parts }
}

function readHeader(reader: Reader): Header {
  const id = reader.uint16()
  const flags = reader.uint16()
  const has = (bit: number) => (flags & (1 << bit)) !== 0
  return {
    id,
    response: has(15),
    opcode: opcodes.wordOf((flags >> 11) & 0xf),
    authoritative: has(10),
    truncated: has(9),
    recursionDesired: has(8),
    recursionAvailable: has(7),
    authenticData: has(5),
    checkingDisabled: has(4),
    rcode: rcodes.wordOf(flags & 0xf),
  }
}

function readCounts(reader: Reader): [number, number, number, number] {
  const counts: [number, number, number, number] = [reader.uint16(), reader.uint16(), reader.uint16(), reader.uint16()]
  const [questions, ...records] = counts
  const least = questions * LEAST_QUESTION + records.reduce((sum, count) => sum + count, 0) * LEAST_RECORD
  if (least > reader.left) throw new Malformed('counts beyond what the message can hold', 4)
  return counts
}

function readQuestion(reader: Reader): Question {
  return { name: reader.name(), type: types.wordOf(reader.uint16()), class: classes.wordOf(reader.uint16()) }
}

type RecordHead = { name: string; type: RecordType; class: RecordClass; ttl: number }

function readHead(reader: Reader): RecordHead {
  const { name, type, class: kind } = readQuestion(reader)
  return { name, type, class: kind, ttl: reader.uint32() }
}

function readRecord(reader: Reader, header: Header): AnyRecord {
  const begin = reader.offset
  const head = readHead(reader)
  if (head.type === 'OPT' || head.type === 'TSIG') throw new Malformed(`${head.type} where it has no place`, begin)
  return withData(head, { reader, header })
}

/** Without data are, of what has a place in UPDATE, deletes and prerequisites: class ANY or NONE, as their classes allow. */
function withData(head: RecordHead, { reader, header }: { reader: Reader; header: Header }): AnyRecord {
  const begin = reader.offset
  const length = reader.uint16()
  const data = reader.part(length)
  const mayBeEmpty = header.opcode === 'UPDATE' && (head.class === 'ANY' || head.class === 'NONE')
  if (length === 0 && mayBeEmpty) return { ...head, empty: true }
  if (!isZoneType(head.type)) throw new Malformed(`data of ${head.type}, which no record has`, begin)
  return { ...head, ...readData(head.type, data) }
}

type Additionals = {
  additionals: AnyRecord[]
  edns: Edns | undefined
  tsig: TsigRecord | undefined
  extendedRcode: number
}

/** OPT stands once, anywhere; TSIG once, at the end (RFC 6891, 6.1.1; RFC 8945, 5.1). */
function readAdditionals(reader: Reader, { header, count }: { header: Header; count: number }): Additionals {
  const found: Additionals = { additionals: [], edns: undefined, tsig: undefined, extendedRcode: 0 }
  for (let index = 0; index < count; index++) {
    const begin = reader.offset
    const head = readHead(reader)
    if (head.type === 'OPT') {
      if (found.edns !== undefined) throw new Malformed('a second OPT', begin)
      if (head.name !== '.') throw new Malformed('an OPT with a name', begin)
      found.edns = readEdns(head, reader)
      found.extendedRcode = head.ttl >>> 24
    } else if (head.type === 'TSIG') {
      if (index !== count - 1) throw new Malformed('a TSIG before the end', begin)
      found.tsig = readTsig(head, { reader, begin })
    } else {
      found.additionals.push(withData(head, { reader, header }))
    }
  }
  return found
}

function readEdns(head: RecordHead, reader: Reader): Edns {
  const data = reader.part(reader.uint16())
  const options: EdnsOption[] = []
  while (data.left > 0) options.push({ code: data.uint16(), data: data.take(data.uint16()) })
  return {
    payloadSize: classes.numberOf(head.class),
    version: (head.ttl >> 16) & 0xff,
    dnssecOk: (head.ttl & 0x8000) !== 0,
    options,
  }
}

function readTsig(head: RecordHead, { reader, begin }: { reader: Reader; begin: number }): TsigRecord {
  if (head.class !== 'ANY' || head.ttl !== 0) throw new Malformed('a TSIG of a class or with a time to live', begin)
  const data = reader.part(reader.uint16())
  const tsig = {
    keyName: head.name,
    algorithm: data.name(),
    time: data.uint48(),
    fudge: data.uint16(),
    mac: data.take(data.uint16()),
    originalId: data.uint16(),
    error: data.uint16(),
    other: data.take(data.uint16()),
    offset: begin,
  }
  if (data.left > 0) throw new Malformed(`${data.left} bytes too many in a TSIG`, data.offset)
  return tsig
}

function times<Item>(count: number, read: () => Item): Item[] {
  return Array.from({ length: count }, read)
}
