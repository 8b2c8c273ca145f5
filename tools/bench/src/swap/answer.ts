/**
 * The milliseconds until `url` answers with 2xx, on a connection of its own. Asked again where the killed process had
 * already taken the connection. Rejects when nothing has answered after `patience` milliseconds.
 */
export async function timeAnswer(url: string, patience = 60_000): Promise<number> {
  const start = performance.now()
  const signal = AbortSignal.timeout(patience)
  for (;;) {
    const response = await fetch(url, { headers: { connection: 'close' }, signal }).catch(() => undefined)
    await response?.text()
    if (response?.ok === true) return performance.now() - start
    signal.throwIfAborted()
  }
}
