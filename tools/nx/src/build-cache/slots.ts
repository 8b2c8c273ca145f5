/** Lets so many through at once, the others in the order in which they came. */
export type Slots = { take(): Promise<Disposable> }

export function createSlots(count: number): Slots {
  const waiting: (() => void)[] = []
  let free = count
  const release = (): void => {
    const next = waiting.shift()
    if (next === undefined) free++
    else next()
  }
  return {
    take: async () => {
      if (free > 0) free--
      else await new Promise<void>((resolve) => waiting.push(resolve))
      return { [Symbol.dispose]: release }
    },
  }
}
