import { pipeline } from 'node:stream'
import type { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { toFault } from './ask.ts'
import { UplinkFault } from './uplink-fault.ts'

export type LimitedOptions = {
  readonly host: string
  /** Bytes at most, unpacked. */
  readonly most: number
  /** Whether it is gzip, to be unpacked. */
  readonly isPacked?: boolean
  /** Bytes that were promised. */
  readonly length: number | undefined
}

/** A body up to a limit. Throws UplinkFault when there is more of it, when its gzip is damaged, and when it ends early. */
export async function* limited(
  body: Readable,
  { host, most, length, isPacked = false }: LimitedOptions,
): AsyncGenerator<Uint8Array> {
  const tooLarge = (): UplinkFault => new UplinkFault('too-large', `${host} sends more than ${most} bytes`)
  if (length !== undefined && length > most) {
    drop(body)
    throw tooLarge()
  }
  let size = 0
  try {
    for await (const chunk of isPacked ? unpack(body) : (body as AsyncIterable<Uint8Array>)) {
      size += chunk.length
      if (size > most) throw tooLarge()
      yield chunk
    }
  } catch (error) {
    throw isOfGzip(error)
      ? new UplinkFault('invalid', `${host} sends damaged gzip`, { cause: error })
      : toFault(error, host)
  } finally {
    drop(body)
  }
}

/** Ends the connection of an answer that nobody reads on, which undici tells as an error. */
export function drop(body: Readable): void {
  body.on('error', () => undefined)
  body.destroy()
}

/** A fault of either ends both. */
function unpack(body: Readable): AsyncIterable<Uint8Array> {
  return pipeline(body, createGunzip(), () => undefined)
}

function isOfGzip(error: unknown): boolean {
  const { code } = error as { code?: unknown }
  // That of a deadline is a number.
  return String(code).startsWith('Z_')
}
