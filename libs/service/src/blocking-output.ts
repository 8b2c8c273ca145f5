/** What of a stream of the process says how it writes: Node's own for a pipe or a terminal, none for a file. */
type Output = { _handle?: { setBlocking?: (isBlocking: boolean) => unknown } | null }

/**
 * Lets each write to a pipe end before the program goes on. Node otherwise keeps in memory what a pipe has no room for, as
 * much as there is, and loses it when the process ends: `process.exit` waits for nobody. So a reader who is behind slows the
 * service down, and no line is lost. Node has no public name for it.
 */
export function blockOutput(...streams: readonly object[]): void {
  for (const stream of streams) (stream as Output)._handle?.setBlocking?.(true)
}
