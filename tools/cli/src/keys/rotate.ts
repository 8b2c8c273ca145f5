import { randomBytes } from 'node:crypto'
import { rotateKeyring } from '@mochi/names'
import type { KeysRotateFlags } from '../commands/keys.ts'
import type { Context } from '../context.ts'
import { formatDuration } from '../output/duration.ts'
import { writeJson } from '../output/json.ts'
import { errors } from './errors.ts'
import { keyringFile, readKeyring, writeKeyring } from './keyrings.ts'

const DAY = 86_400_000

/** `mochi keys rotate`: a new secret for new signatures; the one before it is accepted until the next change. */
export async function runKeysRotate(
  context: Context,
  { idc, flavor, again, json }: KeysRotateFlags,
): Promise<undefined> {
  const place = { idc, flavor }
  const file = keyringFile(context, place)
  const keyring = await readKeyring(context, place)
  if (keyring === undefined) throw errors.CLI_KEYS_ABSENT({ file })
  const now = context.clock.now()
  const age = now - keyring[0].created
  if (keyring.length > 1 && age < DAY && !again)
    throw errors.CLI_KEYS_JUST_CHANGED({ age: formatDuration(Math.max(0, age)), idc, flavor })
  const rotated = rotateKeyring(keyring, randomBytes(32), now)
  await writeKeyring(context, place, rotated)
  const epochs = rotated.map(({ epoch }) => epoch)
  if (json) writeJson(context.stdout, { file, epochs })
  else
    context.stdout.write(
      `Epoch ${rotated[0].epoch} of ${flavor} in ${idc} signs from now on, ${keyring[0].epoch} is still accepted: ${file}\n` +
        'next: put this file in the place of the old one wherever it is held, within a day.\n',
    )
}
