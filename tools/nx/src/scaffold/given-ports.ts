import { parseMochiConfig } from '@mochi/config'
import type { Workspace } from './workspace.ts'

const FILE = 'mochi.json'

/** The ports that mochi.json gives to services, by name. CONFIG_INVALID with every fault when it cannot be used. */
export function readGivenPorts(workspace: Workspace): Readonly<Record<string, number>> {
  const text = workspace.read(FILE)
  if (text === undefined) return {}
  const { services } = parseMochiConfig(text, FILE)
  return Object.fromEntries(Object.entries(services).map(([name, { port }]) => [name, port]))
}
