import type { LauncherStatus } from '../launcher/launcher.ts'

/** What a launcher can be asked: one JSON object on a line, answered by one on a line. */
export type Request = {
  /**
   * `restart` puts a new child in the place of the one that serves and is answered when that has worked or failed; `stop`
   * when the last child has ended; `start`, when one serves.
   */
  readonly do: 'status' | 'start' | 'restart' | 'stop' | 'kill'
}

export type Answer = {
  readonly status: LauncherStatus
  /** Why what was asked for did not come about. */
  readonly failed?: string
}

const REQUESTS: readonly string[] = ['status', 'start', 'restart', 'stop', 'kill'] satisfies readonly Request['do'][]

/** A request out of a line; undefined when it is none. */
export function parseRequest(line: string): Request | undefined {
  try {
    const value: unknown = JSON.parse(line)
    return isRequest(value) ? { do: value.do } : undefined
  } catch {
    return undefined
  }
}

function isRequest(value: unknown): value is Request {
  return (
    typeof value === 'object' &&
    value !== null &&
    'do' in value &&
    typeof value.do === 'string' &&
    REQUESTS.includes(value.do)
  )
}
