import { mkdir, readdir, symlink } from 'node:fs/promises'
import { join } from 'node:path'

/** What mochi brings, and what would stand in for it. */
const OURS = /^(?:node|nodejs|npm|npx|pnpm|pnpx|yarn|yarnpkg|corepack|nx|lefthook|rg)$/

/**
 * Makes a folder of links to the system's commands, to be a PATH in which no Node, npm or other tool is found that mochi
 * pins: what a machine happens to have must not make good what is forgotten.
 */
export async function linkSystem(folder: string, systems: readonly string[] = ['/usr/bin', '/bin']): Promise<void> {
  await mkdir(folder)
  const listed = await Promise.all(systems.map(async (from) => (await readdir(from)).map((name) => ({ from, name }))))
  // The first folder that has a command wins, as on a PATH.
  const commands = new Map(listed.toReversed().flatMap((names) => names.map(({ from, name }) => [name, from])))
  const links = [...commands].filter(([name]) => !OURS.test(name))
  await Promise.all(links.map(([name, from]) => symlink(join(from, name), join(folder, name))))
}
