const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1000],
] as const

/** Milliseconds for a person, in the largest unit of which there is one: `3.2 h`, `45 s`, `120 ms`. */
export function formatDuration(ms: number): string {
  const [unit, size] = UNITS.find(([, each]) => ms >= each) ?? (['ms', 1] as const)
  const value = ms / size
  return `${value >= 9.95 || size === 1 ? Math.round(value) : Number(value.toFixed(1))} ${unit}`
}
