import { repair } from './repair.ts'
import type { ServerParts } from './server.ts'
import { Tombstones } from './tombstones.ts'
import { startVerdaccio } from './verdaccio.ts'

/** Opens the company's folder, puts right what a crash left there, and starts Verdaccio over it. */
export async function openCompany(parts: Omit<ServerParts, 'verdaccio' | 'tombstones'>): Promise<ServerParts> {
  const { folder, rules, identify, log, now } = parts
  await folder.make()
  const tombstones = await Tombstones.open(folder.tombstones)
  await repair({ folder, tombstones, log }, rules.scopes, now)
  const verdaccio = await startVerdaccio({ folder, scopes: rules.scopes, identify, log })
  return { ...parts, tombstones, verdaccio }
}
