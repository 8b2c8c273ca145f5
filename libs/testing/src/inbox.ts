/** What arrived at a test, in order, with a way to wait for what is still to come. */
export type Inbox<T> = {
  /** Hands an item in; fits as the listener of an event. */
  readonly push: (item: T) => void
  /** Everything that arrived. */
  readonly items: readonly T[]
  /** The first item, from the first ever, that fits. Resolves at once when it is there already. */
  waitFor(fits: (item: T) => boolean): Promise<T>
  /** Resolves with the first `count` items when as many have arrived. */
  waitForCount(count: number): Promise<readonly T[]>
}

/**
 * Order in a test comes from messages, never from sleeping: `child.on('message', inbox.push)`, then
 * `await inbox.waitFor((message) => message.ready)`.
 */
export function createInbox<T>(): Inbox<T> {
  const items: T[] = []
  const looks = new Set<() => void>()
  const when = <R>(look: () => { found: R } | undefined): Promise<R> =>
    new Promise((resolve) => {
      const again = () => {
        const result = look()
        if (result === undefined) return
        looks.delete(again)
        resolve(result.found)
      }
      looks.add(again)
      again()
    })
  return {
    items,
    push: (item) => {
      items.push(item)
      for (const look of [...looks]) look()
    },
    waitFor: (fits) =>
      when(() => {
        const at = items.findIndex(fits)
        return at < 0 ? undefined : { found: items[at] as T }
      }),
    waitForCount: (count) => when(() => (items.length < count ? undefined : { found: items.slice(0, count) })),
  }
}
