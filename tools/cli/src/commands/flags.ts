/** Said or not: none has a `--no-…`. */
export type SwitchFlag = {
  readonly kind: 'boolean'
  readonly brief: string
  readonly withNegated: false
  readonly default: false
}

export function switchFlag(brief: string): SwitchFlag {
  return { kind: 'boolean', brief, withNegated: false, default: false }
}

/** The same words wherever a command's output is data. */
export const jsonFlag: SwitchFlag = switchFlag('Print one JSON document instead of text')

export const dryRunFlag: SwitchFlag = switchFlag('Say what would be done, and do nothing')

/** An argument as it was written. */
export function textArgument(text: string): string {
  return text
}

export const instanceFlag = {
  kind: 'parsed',
  parse: textArgument,
  brief: 'A platform of its own, with its own data and free ports',
  placeholder: 'name',
  optional: true,
} as const
