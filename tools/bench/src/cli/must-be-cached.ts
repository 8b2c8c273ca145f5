/** Throws when Nx does not say that the one task it ran came from the cache: the time of a test is not that of its answer. */
export function mustBeCached(output: string): void {
  if (!/from the cache|local cache|Cache: +1\/1/.test(output)) throw new Error(`The test was not cached:\n${output}`)
}
