/** An object without a prototype: it has no key but those that it was given. */
export function emptyRecord<Value>(): Record<string, Value> {
  return Object.create(null) as Record<string, Value>
}

/** The entries of a record whose keys are to be kept, in their order. */
export function pick<Value>(record: Record<string, Value>, isKept: (key: string) => boolean): Record<string, Value> {
  const picked = emptyRecord<Value>()
  for (const [key, value] of Object.entries(record)) if (isKept(key)) picked[key] = value
  return picked
}
