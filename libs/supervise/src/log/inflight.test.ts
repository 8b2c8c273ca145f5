import { expect, test } from 'vitest'
import { Inflight, INFLIGHT_BYTES } from './inflight.ts'

const STATE = 1
const TARGET = { stamp: 'iso', time: 1234, file: 5, size: 678 } as const

function createFilled(text: string): { memory: ArrayBuffer; inflight: Inflight } {
  const memory = new ArrayBuffer(INFLIGHT_BYTES)
  const inflight = new Inflight(memory)
  inflight.add(Buffer.from(text).copy(inflight.inbox))
  return { memory, inflight }
}

test('what was read to the memory and not counted yet is found', () => {
  const { memory, inflight } = createFilled('counted ')
  Buffer.from('not counted').copy(inflight.inbox)
  expect(new Inflight(memory).held.toString()).toBe('counted not counted')
})

test('an open batch is found as it was, with what belongs to it', () => {
  const { memory, inflight } = createFilled('one\ntwo\nhal')
  inflight.open(8, TARGET)
  const { bytes, ...rest } = new Inflight(memory).batch ?? { bytes: Buffer.alloc(0) }
  expect(bytes.toString()).toBe('one\ntwo\n')
  expect(rest).toEqual(TARGET)
})

test('a batch that was written is forgotten, however far its writer came with that', () => {
  for (const isMoved of [false, true]) {
    const { memory, inflight } = createFilled('one\ntwo\nhal')
    inflight.open(8, TARGET)
    new Int32Array(memory).set([11], 4)
    if (isMoved) new Uint8Array(memory, 4096 + 3 * 65_536).set(Buffer.from('hal'))
    if (isMoved) new Int32Array(memory).set([3], 2)
    new Int32Array(memory)[STATE] = 2
    for (let start = 0; start < 2; start += 1) {
      const next = new Inflight(memory)
      expect(next.batch).toBeUndefined()
      expect(next.held.toString()).toBe('hal')
    }
  }
})

test('what was read is held once, however far its writer came with that', () => {
  const ARRIVAL = 6
  const states: [number, string][] = [
    [1, 'more'],
    [2, 'more'],
    [2, 'm\xff\xff\xff'],
  ]
  for (const [arrival, inbox] of states) {
    const { memory, inflight } = createFilled('held ')
    inflight.inbox.write(inbox, 'latin1')
    const area = new Uint8Array(memory, 4096 + 65_536)
    if (arrival === 2) area.set(Buffer.from('more'), 5)
    new Int32Array(memory).set([arrival, 4, 5], ARRIVAL)
    for (let start = 0; start < 2; start += 1) expect(new Inflight(memory).held.toString()).toBe('held more')
    expect(inflight.inbox.every((byte) => byte === 0xff)).toBe(true)
  }
})

test('it goes back and forth between its areas and never runs out of room', () => {
  const { memory, inflight } = createFilled('')
  for (let round = 0; round < 10; round += 1) {
    inflight.add(Buffer.alloc(65_536, 'x').copy(inflight.inbox))
    inflight.open(65_500, TARGET)
    inflight.close()
    expect(inflight.held).toHaveLength(36)
    inflight.open(inflight.held.length, TARGET)
    inflight.close()
  }
  expect(new Inflight(memory).held).toHaveLength(0)
})

test('a read that there is no room for is refused, and spoils nothing', () => {
  const { inflight } = createFilled('')
  const fill = (): void => inflight.add(inflight.inbox.fill('x').length)
  fill()
  fill()
  expect(fill).toThrow(RangeError)
  expect(inflight.held.equals(Buffer.alloc(131_072, 'x'))).toBe(true)
})

test('memory of anything else is made empty', () => {
  const memory = new ArrayBuffer(INFLIGHT_BYTES)
  new Uint8Array(memory).fill(7)
  expect(new Inflight(memory).held).toHaveLength(0)
})
