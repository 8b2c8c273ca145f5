/** Wall time in microseconds since 1970. */
export type MicroClock = () => number

/** Node's wall clock has milliseconds; the monotonic one fills in what lies between, and is set again after a jump. */
export function createMicroClock(
  wall: () => number = Date.now,
  monotonic: () => number = () => performance.now(),
): MicroClock {
  const state = { offset: wall() - monotonic() }
  return () => {
    const millis = wall()
    const fine = state.offset + monotonic()
    if (fine >= millis && fine < millis + 1) return Math.floor(fine * 1000)
    state.offset += (fine < millis ? millis : millis + 0.999) - fine
    return Math.floor((state.offset + monotonic()) * 1000)
  }
}
