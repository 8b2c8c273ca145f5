import type { MochiError } from '@mochi/errors'

/** An error in one line, for what does not end the run: message, next command, code. */
export function formatLine(severity: 'warning', { message, hint, code }: MochiError): string {
  const next = hint === undefined ? '' : ` Next: ${hint}`
  return `${severity}: ${message}${next} (${code})`
}
