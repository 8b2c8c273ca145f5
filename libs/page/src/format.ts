/** `2026-12-31 23:59 UTC`, of milliseconds since 1970. */
export function formatTime(time: number): string {
  return `${new Date(time).toISOString().slice(0, 16).replace('T', ' ')} UTC`
}

/** `3 h 20 min`, of milliseconds. */
export function formatSpan(milliseconds: number): string {
  const seconds = Math.floor(milliseconds / 1000)
  const units = [
    ['d', 86_400],
    ['h', 3_600],
    ['min', 60],
    ['s', 1],
  ] as const
  const first = units.findIndex(([, length]) => seconds >= length)
  if (first === -1) return '0 s'
  const parts = units.slice(first, first + 2).map(([unit, length], at) => {
    const rest = at === 0 ? seconds : seconds % (units[first]?.[1] ?? 1)
    return [Math.floor(rest / length), unit] as const
  })
  return parts
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count} ${unit}`)
    .join(' ')
}
