/**
 * The milliseconds of one measure in what Nx prints with NX_PERF_LOGGING=true, all its occurrences together. Throws
 * when there is none: a measure that was renamed must not read as no time at all.
 */
export function perfTime(output: string, measure: string): number {
  const times = [...output.matchAll(/Time taken for '(.+)' ([\d.e+-]+)ms/g)]
    .filter(([, name]) => name === measure)
    .map(([, , ms]) => Number(ms))
  if (times.length === 0) throw new Error(`Nx printed no time for '${measure}'. It printed:\n${output.slice(0, 2000)}`)
  return times.reduce((sum, ms) => sum + ms)
}
