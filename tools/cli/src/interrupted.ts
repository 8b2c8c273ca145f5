import { constants } from 'node:os'

/** What asks a program to end: Ctrl-C, and what a supervisor or a CI server sends. */
export type EndSignal = 'SIGINT' | 'SIGTERM'

/** Aborted by the first of these, which then ends nothing by itself, with its name as the reason; the next one does. */
export function interrupted(signals: readonly EndSignal[] = ['SIGINT']): AbortSignal {
  const asked = new AbortController()
  for (const signal of signals) process.once(signal, () => asked.abort(signal))
  return asked.signal
}

/** The exit code of a program that such a signal has ended, as shells tell it: 130 and 143. */
export function exitCodeOf({ reason }: AbortSignal): number {
  return 128 + constants.signals[reason as EndSignal]
}
