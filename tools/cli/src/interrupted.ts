/** Aborted by the first Ctrl-C, which then ends nothing by itself; the next one does. */
export function interrupted(): AbortSignal {
  const asked = new AbortController()
  process.once('SIGINT', () => asked.abort())
  return asked.signal
}
