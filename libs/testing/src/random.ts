import { createHash } from 'node:crypto'

/** A stream of numbers that the same seed repeats. */
export type Random = {
  /** A whole number from 0 to 2^32 - 1. */
  readonly next: () => number
  /** From 0 up to but not 1. */
  readonly float: () => number
  /** A whole number from `min` to `max`, both included. */
  readonly integer: (min: number, max: number) => number
  /** True with this probability. */
  readonly chance: (probability: number) => boolean
  readonly pick: <T>(items: readonly T[]) => T
  /** A new list in another order. */
  readonly shuffle: <T>(items: readonly T[]) => T[]
  /** A stream of its own: what is drawn from it changes nothing in this one, nor in that of another label. */
  readonly fork: (label: string) => Random
}

type State = [number, number, number, number]

/**
 * xoshiro128** 1.1 of David Blackman and Sebastiano Vigna (https://prng.di.unimi.it/xoshiro128starstar.c, public
 * domain). Its state is the beginning of the seed's SHA-256, so that seeds next to each other give unlike streams.
 */
export function createRandom(seed: number | string): Random {
  const next = xoshiro128(stateOf(String(seed)))
  const float = () => next() / 2 ** 32
  const integer = (min: number, max: number) => min + Math.floor(float() * (max - min + 1))
  return {
    next,
    float,
    integer,
    chance: (probability) => float() < probability,
    pick: <T>(items: readonly T[]) => {
      if (items.length === 0) throw new RangeError('Nothing can be picked from an empty list.')
      return items[integer(0, items.length - 1)] as T
    },
    shuffle: (items) => shuffle(items, integer),
    fork: (label) => createRandom(`${seed}/${label}`),
  }
}

/** The generator by itself; the state must not be four zeros. */
export function xoshiro128(state: State): () => number {
  let [a, b, c, d] = state
  return () => {
    const result = Math.imul(rotate(Math.imul(b, 5), 7), 9) >>> 0
    const shifted = b << 9
    c ^= a
    d ^= b
    b ^= c
    a ^= d
    c ^= shifted
    d = rotate(d, 11)
    return result
  }
}

function rotate(value: number, by: number): number {
  return (value << by) | (value >>> (32 - by))
}

function stateOf(seed: string): State {
  const digest = createHash('sha256').update(seed).digest()
  return [digest.readUInt32LE(0), digest.readUInt32LE(4), digest.readUInt32LE(8), digest.readUInt32LE(12)]
}

/** Fisher and Yates' shuffle. */
function shuffle<T>(items: readonly T[], integer: (min: number, max: number) => number): T[] {
  const shuffled = [...items]
  for (let last = shuffled.length - 1; last > 0; last--) {
    const other = integer(0, last)
    const kept = shuffled[last] as T
    shuffled[last] = shuffled[other] as T
    shuffled[other] = kept
  }
  return shuffled
}
