import { formatLaunch, LAUNCH_FILE } from '../launch-file.ts'
import type { LaunchSpec } from '../launch-spec.ts'

/** A service as a directory that the embedded tree, runit, daemontools and s6 all run. */
export type ServiceDirectory = {
  readonly spec: LaunchSpec
  /** The variables of the service, beside those that its supervisor has. */
  readonly env: Readonly<Record<string, string>>
  /** Programs with their arguments: what `run` and `log/run` become, each in its own folder. */
  readonly launcher: readonly [string, ...string[]]
  readonly writer: readonly [string, ...string[]]
  /** What `log/config.json` holds, for the log writer. */
  readonly log: unknown
  /** The service stays down until it is told to start. */
  readonly isDown: boolean
}

/** A file below a service directory; without text it must not be there. */
export type PlannedFile = { readonly path: string; readonly text?: string; readonly mode: number }

/** The files of a service directory. Pure. */
export function planDirectory(service: ServiceDirectory): readonly PlannedFile[] {
  const { spec, env, launcher, writer, log, isDown } = service
  return [
    { path: LAUNCH_FILE, text: formatLaunch(spec), mode: 0o644 },
    { path: 'run', text: script(launcher), mode: 0o755 },
    { path: 'log/config.json', text: `${JSON.stringify(log, undefined, 2)}\n`, mode: 0o644 },
    { path: 'log/run', text: script(writer), mode: 0o755 },
    ...Object.entries(env).map(([name, value]) => ({ path: `env/${name}`, text: formatVariable(value), mode: 0o600 })),
    { path: 'down', mode: 0o644, ...(isDown && { text: '' }) },
  ]
}

/** Standard error goes where standard output goes: both are the log. */
function script(command: readonly string[]): string {
  return `#!/bin/sh\nexec 2>&1\nexec ${command.map(quote).join(' ')}\n`
}

/** A word for sh that means itself. */
function quote(word: string): string {
  return /^[\w./:@%+=-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`
}

/** As envdir(8) reads it: one line, in which a NUL stands for each end of a line. */
function formatVariable(value: string): string {
  return `${value.replaceAll('\n', '\0')}\n`
}
