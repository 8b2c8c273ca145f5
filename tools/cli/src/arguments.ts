/**
 * Forms that people type, as the command they mean: nothing is `status`, `--explain CODE` is `explain CODE`, and
 * `help toolchain lock` is `toolchain lock --help`.
 */
export function normalizeArguments(args: readonly string[]): readonly string[] {
  const [first, ...rest] = args
  if (first === undefined) return ['status']
  if (first === '--json') return ['status', ...args]
  if (first === '--explain') return ['explain', ...rest]
  if (first.startsWith('--explain=')) return ['explain', first.slice('--explain='.length), ...rest]
  if (first === 'help') return [...rest, '--help']
  return args
}
