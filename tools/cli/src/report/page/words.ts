/** `2026-01-02 03:04:05 UTC`. */
export function formatTime(time: Date): string {
  return `${time.toISOString().slice(0, 19).replace('T', ' ')} UTC`
}

/** The same of an ISO time; any other text as it is. */
export function formatIso(text: string): string {
  const time = new Date(text)
  return Number.isNaN(time.getTime()) ? text : formatTime(time)
}

/** `1 test`, `2 tests`, `3,000 tests`. */
export function count(number: number, noun: string): string {
  return `${formatCount(number)} ${noun}${number === 1 ? '' : 's'}`
}

/** `once`, `3 times`. */
export function times(number: number): string {
  return number === 1 ? 'once' : `${formatCount(number)} times`
}

/** `3,000`, the same on every machine. */
export function formatCount(number: number): string {
  return String(number).replaceAll(/\B(?=(\d{3})+$)/g, ',')
}
