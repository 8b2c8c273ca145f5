import type { Limits } from '../launch-spec.ts'

const FLAGS: Readonly<Record<keyof Limits, string>> = { openFiles: '-n', memory: '-v', cpu: '-t', core: '-c' }

/** Each limit is a pair of arguments before the command; a limit that the system refuses is no start without it. */
const SCRIPT = 'while [ "$1" != -- ]; do ulimit "$1" "$2" || exit 111; shift 2; done; shift; exec "$@"'

/** The command, below its limits. Node can set none, so `ulimit` of sh does it, in the process that becomes the command. */
export function limitCommand(command: readonly [string, ...string[]], limits: Limits): readonly [string, ...string[]] {
  const flags = Object.entries(FLAGS).flatMap(([name, flag]) => {
    const limit = limits[name as keyof Limits]
    return limit === undefined ? [] : [flag, String(limit)]
  })
  return flags.length === 0 ? command : ['/bin/sh', '-c', SCRIPT, 'sh', ...flags, '--', ...command]
}
