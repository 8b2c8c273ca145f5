/** Why the cache is not used for the rest of a run. */
export type Fault = {
  /** The request that met it, like `GET /v1/cache/123`. */
  readonly request: string
  /** What came instead of an answer that can be used; never holds a token or a body. */
  readonly found: string
}

/** Thrown by what talks to the cache; what it says ends up in the one line about it. */
export class CacheFault extends Error {
  override name = 'CacheFault'
}

/** What Node says when no answer comes, in words. Anything unknown is named by its code, never by its message. */
export function describeFailure(error: unknown): string {
  if (error instanceof CacheFault) return error.message
  const code = codeOf(error)
  if (code === undefined) return 'no answer, for a reason without a name'
  return WORDS[code] ?? (code.startsWith('HPE_') ? `an answer that is no HTTP (${code})` : code)
}

function codeOf(error: unknown): string | undefined {
  const code = (error as NodeJS.ErrnoException | null)?.code
  return typeof code === 'string' ? code : undefined
}

const WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nobody who listens there (ECONNREFUSED)',
  ECONNRESET: 'a connection that was cut (ECONNRESET)',
  EPIPE: 'a connection that was cut (EPIPE)',
  ENOTFOUND: 'a name without an address (ENOTFOUND)',
  EAI_AGAIN: 'no name server that answers (EAI_AGAIN)',
  EHOSTUNREACH: 'no way there (EHOSTUNREACH)',
  ENETUNREACH: 'no way there (ENETUNREACH)',
  ETIMEDOUT: 'no connection in time (ETIMEDOUT)',
}
