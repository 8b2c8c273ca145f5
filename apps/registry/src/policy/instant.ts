/** Four digits for the year: what comes later than that is no time to reckon with. */
const DATE = /^\d{4}-\d{2}-\d{2}$/
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$/

/** The milliseconds since 1970 of an ISO time with its zone; undefined for every other text, a 30th of February too. */
export function parseInstant(text: string): number | undefined {
  if (!INSTANT.test(text)) return undefined
  return attempt(() => Temporal.Instant.from(text).epochMilliseconds)
}

/** The moment from which something that expires no longer holds: a date holds until its end in UTC. */
export function parseExpiry(text: string): number | undefined {
  if (!DATE.test(text)) return parseInstant(text)
  return attempt(() => Temporal.PlainDate.from(text).add({ days: 1 }).toZonedDateTime('UTC').epochMilliseconds)
}

export function formatInstant(milliseconds: number): string {
  return new Date(milliseconds).toISOString()
}

function attempt(read: () => number): number | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
}
