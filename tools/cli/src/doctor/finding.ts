/** `missing`: something that is needed is not there. `warn`: it works, and something will surprise. */
export type FindingState = 'ok' | 'warn' | 'missing'

/** What one look at this machine found. A finding that is not ok says what it means and how to mend it. */
export type Finding = {
  /** Stable, for `--json`: `git`, `disk.prefix`. */
  id: string
  state: FindingState
  /** What was found. */
  found: string
  /** What it means for the user. */
  meaning?: string
  /** The one command that mends it, or the one thing to do. */
  fix?: string
  /** The code of the error that an installation would end with, where there is one: `mochi explain` knows it. */
  code?: string
}

type Trouble = Omit<Finding, 'state' | 'meaning'> & { meaning: string }

export function ok(id: string, found: string): Finding {
  return { id, state: 'ok', found }
}

export function warn(trouble: Trouble): Finding {
  return { state: 'warn', ...trouble }
}

export function missing(trouble: Trouble): Finding {
  return { state: 'missing', ...trouble }
}
