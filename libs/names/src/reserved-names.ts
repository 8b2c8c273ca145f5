/** Names that keep the rule and still cannot be an app's, each with what it would break. */
const reserved = new Map([
  ['mochi', 'MOCHI_* variables configure the platform itself'],
  ['node', 'NODE_* variables configure Node'],
  ['npm', 'NPM_* variables configure npm'],
  ['nx', 'NX_* variables configure Nx'],
  ['pnpm', 'PNPM_* variables configure pnpm'],
  ['listen', 'LISTEN_* variables are how systemd passes sockets'],
  ['notify', 'NOTIFY_SOCKET is how systemd is told that a service is ready'],
  ['watchdog', 'WATCHDOG_* variables are how systemd asks for a sign of life'],
  ['credentials', 'CREDENTIALS_DIRECTORY is how systemd passes secrets'],
  ['self', 'Nx reads "self" in a target’s dependencies as the project itself'],
  ['dependencies', 'Nx reads "dependencies" in a target’s dependencies as all that the project depends on'],
  ['constructor', 'every JavaScript object has a property of this name, so lookups by name find it'],
  ['reports', 'folders of this name hold test reports and are not committed'],
  ['service', 'var/service holds the service directories'],
  ['log', 'var/log holds the logs'],
  ['node-compile-cache', 'var/node-compile-cache holds what Node has compiled of the command line'],
  ['toolchain', 'var/toolchain holds the history of the toolchain and downloaded archives'],
])

/** Every name that is taken by the platform or the tools it is made of. */
export const reservedNames: readonly string[] = [...reserved.keys()]

/** Why the name cannot be an app's; `undefined` for one that is free. */
export function reservedBecause(name: string): string | undefined {
  return reserved.get(name)
}
