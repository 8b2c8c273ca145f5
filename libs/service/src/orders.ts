const SIGNALS = ['SIGTERM', 'SIGINT'] as const

/** Why a service stops, and whether another process takes its place: then it does not leave its cluster. */
export type Order = { readonly why: string; readonly hasSuccessor: boolean }

type Listener = (message?: unknown) => void

/** Where orders come from. Node's own `process` fits. */
export type OrderSource = {
  on(event: NodeJS.Signals | 'message' | 'disconnect', listener: Listener): unknown
  off(event: NodeJS.Signals | 'message' | 'disconnect', listener: Listener): unknown
  /** Exists when a launcher has started this process with a channel for messages. */
  send?: ((message: object, callback: (error: Error | null) => void) => unknown) | undefined
}

export type Orders = Disposable & {
  /** The first order to stop. From then on nobody listens here: the next signal ends the process, and the channel does not keep it alive. */
  readonly stop: Promise<Order>
  /** Tells the launcher, if there is one, that the service serves. */
  sayReady(): void
}

/**
 * Listens for the order to stop: SIGTERM, SIGINT, or a launcher's `{type: 'drain', hasSuccessor}`. A launcher that goes
 * away is none: the service goes on serving, and the next launcher finds it. Only before it was ready it is one: a launcher
 * notes its child in that time, so that one which died may have left a service that nobody would ever find. With
 * `endsWithLauncher` it always is one: `mochi serve` has nobody who comes after it.
 */
export function listenForOrders(source: OrderSource, { endsWithLauncher = false } = {}): Orders {
  const { promise, resolve } = Promise.withResolvers<Order>()
  const state = { isReady: false }
  const lost = (): void => {
    if (endsWithLauncher) give({ why: 'its launcher ended', hasSuccessor: false })
    else if (!state.isReady) give({ why: 'its launcher ended before it was ready', hasSuccessor: false })
  }
  const close = (): void => listeners.forEach(([event, listener]) => source.off(event, listener))
  const give = (order: Order): void => {
    close()
    resolve(order)
  }
  const listeners: [Parameters<OrderSource['on']>[0], Listener][] = SIGNALS.map((signal) => [
    signal,
    () => give({ why: signal, hasSuccessor: false }),
  ])
  if (source.send !== undefined) {
    listeners.push([
      'message',
      (message) => isDrain(message) && give({ why: 'drain', hasSuccessor: message.hasSuccessor }),
    ])
    listeners.push(['disconnect', lost])
  }
  for (const [event, listener] of listeners) source.on(event, listener)
  return {
    stop: promise,
    sayReady: () => {
      const said = (error: Error | null): void => {
        if (error === null) state.isReady = true
        else lost()
      }
      source.send?.({ type: 'ready' }, said)
    },
    [Symbol.dispose]: close,
  }
}

function isDrain(message: unknown): message is { hasSuccessor: boolean } {
  if (typeof message !== 'object' || message === null) return false
  const { type, hasSuccessor } = message as { type?: unknown; hasSuccessor?: unknown }
  return type === 'drain' && typeof hasSuccessor === 'boolean'
}
