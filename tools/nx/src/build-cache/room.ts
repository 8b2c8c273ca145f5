/** How many bytes the relay holds at once, for all runs together: whole archives, which may be large. */
export type Room = {
  /** Room for so many until it is disposed of; undefined while there is not so much. */
  take(bytes: number): Disposable | undefined
}

export function createRoom(size: number): Room {
  let taken = 0
  return {
    take: (bytes) => {
      if (taken + bytes > size) return undefined
      taken += bytes
      let held = bytes
      return {
        [Symbol.dispose]: () => {
          taken -= held
          held = 0
        },
      }
    },
  }
}
