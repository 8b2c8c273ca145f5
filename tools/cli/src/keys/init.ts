import { randomBytes } from 'node:crypto'
import { loadMochiConfig } from '@mochi/config'
import type { JsonFlags } from '../commands/toolchain.ts'
import type { Context } from '../context.ts'
import { writeJson } from '../output/json.ts'
import { keyringFile, readKeyring, SECRET_FLAVORS, writeKeyring } from './keyrings.ts'

/** `mochi keys init`: makes the secrets that are missing, for every data centre of `mochi.json`. Changes none. */
export async function runKeysInit(context: Context, { json }: JsonFlags): Promise<undefined> {
  const { idcs } = await loadMochiConfig(context.root)
  const places = idcs.flatMap((idc) => SECRET_FLAVORS.map((flavor) => ({ idc, flavor })))
  const made: string[] = []
  for (const place of places) {
    if ((await readKeyring(context, place)) !== undefined) continue
    await writeKeyring(context, place, [{ epoch: 1, secret: randomBytes(32), created: context.clock.now() }])
    made.push(keyringFile(context, place))
  }
  if (json) writeJson(context.stdout, { made })
  else
    context.stdout.write(
      made.length === 0 ? 'Every secret is there.\n' : `Made:\n${made.map((file) => `  ${file}\n`).join('')}`,
    )
}
