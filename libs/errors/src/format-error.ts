import type { MochiError } from './mochi-error.ts'

/**
 * The text of an error for a person: message, place, next command, code. The installer, which is no TypeScript, prints
 * the same shape.
 */
export function formatError(error: MochiError): string {
  const lines = [
    `error: ${error.message}`,
    ...(error.where === undefined ? [] : [`  where: ${error.where}`]),
    ...(error.hint === undefined ? [] : [`  next:  ${error.hint}`]),
    `  code:  ${error.code} (./mochi --explain ${error.code})`,
  ]
  return lines.join('\n')
}
