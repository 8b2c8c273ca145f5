/** What a message says beyond what 1987 had room for (RFC 6891). */
export type Edns = {
  /** The longest datagram that the sender takes, in bytes. */
  readonly payloadSize: number
  readonly version: number
  readonly dnssecOk: boolean
  readonly options: readonly EdnsOption[]
}

export type EdnsOption = { readonly code: number; readonly data: Uint8Array }

/** How long what an UPDATE adds is to stay unless it is renewed, in seconds (RFC 9664). */
export type Lease = {
  readonly lease: number
  /** For KEY records, where it is another. */
  readonly keyLease?: number
}

const UPDATE_LEASE = 2

export function leaseOption({ lease, keyLease }: Lease): EdnsOption {
  const data = Buffer.alloc(keyLease === undefined ? 4 : 8)
  data.writeUInt32BE(lease)
  if (keyLease !== undefined) data.writeUInt32BE(keyLease, 4)
  return { code: UPDATE_LEASE, data }
}

/** The lease that a message asks for or grants. `malformed`: it has such an option, of another length than 4 or 8. */
export function leaseOf(edns: Edns | undefined): Lease | 'malformed' | undefined {
  const option = edns?.options.find(({ code }) => code === UPDATE_LEASE)
  if (option === undefined) return undefined
  const data = Buffer.from(option.data)
  if (data.length === 4) return { lease: data.readUInt32BE() }
  return data.length === 8 ? { lease: data.readUInt32BE(), keyLease: data.readUInt32BE(4) } : 'malformed'
}
