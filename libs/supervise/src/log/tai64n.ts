/**
 * TAI64N labels (https://cr.yp.to/libtai/tai64.html): `@`, 16 hexadecimal digits of seconds, 8 of nanoseconds. TAI runs
 * ahead of UTC by the leap seconds, 37 since 2017; daemontools and runit always add 10 to the system's clock, and
 * `tai64nlocal` takes 10 off again. So do we: the labels are theirs to read, and as exact as the system's clock is.
 */
const EPOCH = 2n ** 62n + 10n

const LABEL = /^@([0-9a-f]{16})([0-9a-f]{8})/

/** The label of a moment, in microseconds since 1970. */
export function formatTai64n(micros: number): string {
  const seconds = Math.floor(micros / 1e6)
  const nanos = Math.floor(micros - seconds * 1e6) * 1000
  return `@${(EPOCH + BigInt(seconds)).toString(16).padStart(16, '0')}${nanos.toString(16).padStart(8, '0')}`
}

/** Microseconds since 1970 of the label that a text begins with; undefined when it begins with none. */
export function parseTai64n(text: string): number | undefined {
  const [, seconds, nanos] = LABEL.exec(text) ?? []
  if (seconds === undefined || nanos === undefined) return undefined
  return Number(BigInt(`0x${seconds}`) - EPOCH) * 1e6 + Math.floor(Number.parseInt(nanos, 16) / 1000)
}
