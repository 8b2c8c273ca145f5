import { classes, opcodes, rcodes, types } from './codes.ts'
import type { Edns } from './edns.ts'
import { errors } from './errors.ts'
import type { Header, Message, Question } from './message.ts'
import { writeData } from './rdata.ts'
import type { AnyRecord } from './records.ts'
import { Writer } from './writer.ts'

/** What TCP can carry. */
export const LONGEST_MESSAGE = 65_535

/**
 * Writes a message, with compressed names. One that would be longer than `limit` bytes is truncated: what has no
 * room is left out, and the bit says so unless only additional records are missing (RFC 2181, 9). Leave room for a
 * signature. Throws
 * `DNS_NAME_INVALID` and `DNS_RECORD_INVALID` for values that no message can hold; what `decodeMessage` gave can always be
 * written again.
 */
export function encodeMessage(message: Message, { limit = LONGEST_MESSAGE }: { limit?: number } = {}): Buffer {
  const writer = new Writer()
  const edns = message.edns === undefined ? undefined : encodeEdns(message.edns, message)
  const budget = { limit: Math.min(limit, LONGEST_MESSAGE) - (edns?.length ?? 0), full: false }
  for (let place = 0; place < 12; place += 2) writer.uint16(0)
  const counts = [
    section(message.questions, writer, { budget, write: writeQuestion }),
    section(message.answers, writer, { budget, write: writeRecord }),
    section(message.authorities, writer, { budget, write: writeRecord }),
  ]
  const truncated = message.truncated || budget.full
  counts.push(section(message.additionals, writer, { budget, write: writeRecord }) + (edns === undefined ? 0 : 1))
  if (edns !== undefined) writer.put(edns)
  const header = [message.id, flagsOf({ ...message, truncated }), ...counts]
  for (const [index, value] of header.entries()) writer.set16(index * 2, value)
  return writer.finish()
}

type Budget = { readonly limit: number; full: boolean }

/** Returns how many items had room. After the first that has none, none is written: the rest would be taken for all. */
function section<Item>(
  items: readonly Item[],
  writer: Writer,
  { budget, write }: { budget: Budget; write: (item: Item, writer: Writer) => void },
): number {
  let count = 0
  for (const item of items) {
    if (budget.full) break
    const before = writer.length
    write(item, writer)
    if (writer.length > budget.limit) {
      writer.truncate(before)
      budget.full = true
      break
    }
    count++
  }
  return count
}

function writeQuestion({ name, type, class: kind }: Question, writer: Writer): void {
  writer.name(name)
  writer.uint16(types.numberOf(type))
  writer.uint16(classes.numberOf(kind))
}

function writeRecord(record: AnyRecord, writer: Writer): void {
  const { ttl } = record
  if (!Number.isInteger(ttl) || ttl < 0 || ttl >= 2 ** 32)
    throw errors.DNS_RECORD_INVALID({
      name: record.name,
      type: record.type,
      expected: `a time to live from 0 to ${2 ** 32 - 1}`,
      found: String(ttl),
    })
  writeQuestion(record, writer)
  writer.uint32(ttl)
  writer.counted(() => {
    if (record.empty !== true) writeData(record, writer)
  })
}

/** OPT: the class is the payload's size, the time to live is flags (RFC 6891, 6.1.2). */
function encodeEdns(edns: Edns, { rcode }: Header): Buffer {
  const writer = new Writer()
  writer.uint8(0)
  writer.uint16(types.numberOf('OPT'))
  writer.uint16(edns.payloadSize)
  writer.uint8(rcodes.numberOf(rcode) >> 4)
  writer.uint8(edns.version)
  writer.uint16(edns.dnssecOk ? 0x8000 : 0)
  writer.counted(() => {
    for (const { code, data } of edns.options) {
      writer.uint16(code)
      writer.counted(() => writer.put(data))
    }
  })
  return writer.finish()
}

function flagsOf(header: Header): number {
  const bits: [boolean, number][] = [
    [header.response, 15],
    [header.authoritative, 10],
    [header.truncated, 9],
    [header.recursionDesired, 8],
    [header.recursionAvailable, 7],
    [header.authenticData, 5],
    [header.checkingDisabled, 4],
  ]
  const codes = (opcodes.numberOf(header.opcode) << 11) | (rcodes.numberOf(header.rcode) & 0xf)
  return bits.reduce((flags, [set, bit]) => (set ? flags | (1 << bit) : flags), codes)
}
