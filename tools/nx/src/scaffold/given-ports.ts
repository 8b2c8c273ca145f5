import type { Workspace } from './workspace.ts'

const FILE = 'mochi.json'

/**
 * The ports that mochi.json gives to services, by name. CONFIG_INVALID with every fault when it cannot be used. The whole
 * check is loaded only for a file that gives something: most give nothing, and it would be a third of a generator's time.
 */
export async function readGivenPorts(workspace: Workspace): Promise<Readonly<Record<string, number>>> {
  const text = workspace.read(FILE)
  if (text === undefined || givesNothing(text)) return {}
  const { parseMochiConfig } = await import('@mochi/config')
  const { services } = parseMochiConfig(text, FILE)
  return Object.fromEntries(Object.entries(services).map(([name, { port }]) => [name, port]))
}

function givesNothing(text: string): boolean {
  try {
    const { services = {} } = JSON.parse(text) as { services?: object }
    return Object.keys(services).length === 0
  } catch {
    return false
  }
}
