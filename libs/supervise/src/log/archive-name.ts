import { formatIso, parseIso } from './stamp.ts'
import type { Stamp } from './stamp.ts'
import { formatTai64n, parseTai64n } from './tai64n.ts'

/** A file that was `current` once: when it was put aside, and whether it is compressed. */
export type ArchiveName = { readonly name: string; readonly micros: number; readonly isCompressed: boolean }

/** While a file is compressed, the new one is called so. */
export const PART = '.part'

const NAME = /^(?:(?<iso>\d{4}-[\d-]+T[\d.-]+Z)\.log|(?<tai>@[0-9a-f]{24})\.s)(?<gz>\.gz)?$/

/** `2026-11-23T08-15-30.123456Z.log`, or `@….s` as multilog has it where lines have TAI64N labels. */
export function formatArchiveName(stamp: Stamp, micros: number): string {
  return stamp === 'tai64n' ? `${formatTai64n(micros)}.s` : `${formatIso(micros).replaceAll(':', '-')}.log`
}

/** Undefined for what is no archive of a log writer. */
export function parseArchiveName(name: string): ArchiveName | undefined {
  const { iso, tai, gz } = NAME.exec(name)?.groups ?? {}
  const micros = iso === undefined ? parseTai64n(tai ?? '') : parseIso(iso)
  return micros === undefined ? undefined : { name, micros, isCompressed: gz !== undefined }
}
