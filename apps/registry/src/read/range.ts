/** Bytes from which, and before which. */
export type Range = { readonly from: number; readonly to: number }

/**
 * Parses a `Range` header for something of `size` bytes. Undefined where all of it is to be sent: there is no header, it is
 * no valid one, or it asks for several ranges, which a server may answer with everything. RFC 9110, 14.2.
 */
export function parseRange(header: string | undefined, size: number): Range | 'unsatisfiable' | undefined {
  const [, first = '', last = ''] = /^bytes=(\d{0,15})-(\d{0,15})$/i.exec(header ?? '') ?? []
  if (first === '' && last === '') return undefined
  if (first === '') {
    const length = Math.min(Number(last), size)
    return length === 0 ? 'unsatisfiable' : { from: size - length, to: size }
  }
  const from = Number(first)
  if (last !== '' && Number(last) < from) return undefined
  if (from >= size) return 'unsatisfiable'
  return { from, to: last === '' ? size : Math.min(Number(last) + 1, size) }
}
