/** The same words wherever a command's output is data. */
export const jsonFlag = {
  kind: 'boolean',
  brief: 'Print one JSON document instead of text',
  withNegated: false,
  default: false,
} as const

export const dryRunFlag = {
  kind: 'boolean',
  brief: 'Say what would be done, and do nothing',
  withNegated: false,
  default: false,
} as const

/** An argument as it was written. */
export function textArgument(text: string): string {
  return text
}
