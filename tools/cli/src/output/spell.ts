/** How every text of ours spells it: errors, advice, the next command. */
const CANONICAL = './mochi'

/** `./mochi` where it begins a command, and no part of a path: as `as_called` of `toolchain/lib/messages.sh` finds it. */
const WRITTEN = /(?<=^|[\s`(])\.\/mochi(?!\.?[\w/-])/g

/**
 * How the person who called us types our name, from `MOCHI_COMMAND`, which the launcher sets to what it was called by:
 * `./mochi`, `../../mochi`, `mochi`. It sets none that a shell would have to see quoted, and here none is believed.
 */
export function commandOf(env: Readonly<Record<string, string | undefined>>): string {
  const called = env['MOCHI_COMMAND'] ?? ''
  return /^[A-Za-z0-9._/+@-]+$/.test(called) ? called : CANONICAL
}

/** A text that somebody reads, with the commands in it as they can type them. Not for data: `--json` stays as it is. */
export function spellCommands(text: string, { command }: { command: string }): string {
  return command === CANONICAL ? text : text.replaceAll(WRITTEN, () => command)
}
