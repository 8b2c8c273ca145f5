import { createHash } from 'node:crypto'
import { loadMochiConfig } from '@mochi/config'
import { createNames, deriveKeys, serviceName } from '@mochi/names'
import type { KeysShowFlags } from '../commands/keys.ts'
import type { Context } from '../context.ts'
import { formatDuration } from '../output/duration.ts'
import { writeJson } from '../output/json.ts'
import { spellCommands } from '../output/spell.ts'
import { formatTable } from '../output/table.ts'
import { errors } from './errors.ts'
import { keyringFile, readKeyring, SECRET_FLAVORS } from './keyrings.ts'

/** What may be seen of a secret. Ages are milliseconds. */
type Shown = {
  readonly idc: string
  readonly flavor: string
  readonly epoch: number
  readonly age: number
  /** The first 16 hex digits of its SHA-256: two machines that show the same hold the same. */
  readonly fingerprint: string
}

/** `mochi keys show`: which secrets there are; with `--cluster` the keys of one cluster, as nsupdate and dig read them. */
export async function runKeysShow(context: Context, { cluster, json }: KeysShowFlags): Promise<undefined> {
  if (cluster !== undefined) return showCluster(context, cluster, json)
  const { idcs } = await loadMochiConfig(context.root)
  const shown: Shown[] = []
  for (const idc of idcs)
    for (const flavor of SECRET_FLAVORS)
      for (const { epoch, secret, created } of (await readKeyring(context, { idc, flavor })) ?? [])
        shown.push({
          ...{ idc, flavor, epoch, age: Math.max(0, context.clock.now() - created) },
          fingerprint: createHash('sha256').update(secret).digest('hex').slice(0, 16),
        })
  if (json) writeJson(context.stdout, { secrets: shown })
  else if (shown.length === 0)
    context.stdout.write(spellCommands('There are no secrets.\nnext: ./mochi keys init\n', context))
  else
    context.stdout.write(
      `${formatTable(
        [
          ['idc', 'flavor', 'epoch', 'age', 'fingerprint'],
          ...shown.map(({ idc, flavor, epoch, age, fingerprint }) => [
            idc,
            flavor,
            String(epoch),
            formatDuration(age),
            fingerprint,
          ]),
        ],
        context.stdout.columns,
      )}\n`,
    )
}

/** Throws NAMES_DNS_INVALID and CLI_KEYS_ABSENT. */
async function showCluster(context: Context, text: string, json: boolean): Promise<undefined> {
  const names = createNames(await loadMochiConfig(context.root))
  const { app, flavor, idc } = names.parseClusterDomain(text)
  if (flavor === 'localdev') {
    context.stdout.write(
      json ? '{"keys":[]}\n' : `${serviceName(app, flavor)} of laptops has no key: its cookie is no secret.\n`,
    )
    return
  }
  const domain = names.clusterDomain({ app, flavor, idc })
  const keyring = await readKeyring(context, { idc, flavor })
  if (keyring === undefined) throw errors.CLI_KEYS_ABSENT({ file: keyringFile(context, { idc, flavor }) })
  const keys = deriveKeys(keyring, `tsig/${domain}`).map(({ epoch, key }) => {
    return { name: `e${epoch}.${domain}`, algorithm: 'hmac-sha256', secret: key.toString('base64') }
  })
  if (json) writeJson(context.stdout, { keys })
  else
    context.stdout.write(
      keys
        .map(({ name, algorithm, secret }) => `key "${name}" { algorithm ${algorithm}; secret "${secret}"; };\n`)
        .join(''),
    )
}
