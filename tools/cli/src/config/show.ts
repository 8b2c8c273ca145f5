import { errors as configErrors, formatOrigin, inspectServiceConfig, misspeltVariables } from '@mochi/config'
import type { InspectedKey, Inspection } from '@mochi/config'
import { redact } from '@mochi/errors'
import type { ConfigShowFlags } from '../commands/config.ts'
import type { Context } from '../context.ts'
import { paint } from '../output/color.ts'
import { writeJson } from '../output/json.ts'
import { formatTable } from '../output/table.ts'
import { readSchema } from './read-schema.ts'

/** Prints what a service is told. Throws CONFIG_SERVICE_INVALID after it where something is wrong; with `--json` ends with 1. */
export async function runConfigShow(
  context: Context,
  flags: ConfigShowFlags,
  name: string,
): Promise<number | undefined> {
  const { root, prefix, env: environment, stdout } = context
  const schema = await readSchema(root, name)
  const inspection = await inspectServiceConfig({ schema, name, root, prefix, environment, flavor: flags.flavor })
  const { faults } = inspection
  const misspelt = misspeltVariables({ schema, name, environment })
  if (flags.json) {
    writeJson(stdout, { ...toDocument(name, inspection), misspelt })
    return faults.length === 0 ? 0 : 1
  }
  stdout.write(formatInspection(context, name, inspection))
  for (const { found, meant } of misspelt)
    context.stderr.write(`warning: ${found} means nothing to ${name}; did you mean ${meant}?\n`)
  if (faults.length > 0) throw configErrors.CONFIG_SERVICE_INVALID({ name, faults })
  return 0
}

function formatInspection({ stdout }: Context, name: string, { keys, host, flavor }: Inspection): string {
  const place = `${name} in ${flavor}, on a host of ${host.idc} at ${host.address}`
  const rows = keys.map((key) => [key.key, shownValue(key), originOf(key)])
  return `${paint(stdout, 'bold', place)}\n\n${formatTable(rows, stdout.columns)}\n`
}

function toDocument(name: string, { keys, faults, host, flavor }: Inspection): object {
  const shown = keys.map((key) => ({
    key: key.key,
    ...(key.secret === undefined ? { value: safeValue(key) } : { secret: key.secret }),
    origin: key.origin === undefined ? null : { ...key.origin, text: formatOrigin(key.origin) },
  }))
  // The error cleans its facts of whatever else looks like a secret.
  const { facts } = configErrors.CONFIG_SERVICE_INVALID({ name, faults })
  return { name, flavor, host, keys: shown, faults: facts['faults'] }
}

const SECRETS = { set: '<set>', missing: '<missing>', later: '<made at the first start>', none: '<none>' } as const

function shownValue(key: InspectedKey): string {
  if (key.secret !== undefined) return SECRETS[key.secret]
  return key.value === undefined ? '<none>' : safeText(key)
}

function originOf({ origin }: InspectedKey): string {
  return origin === undefined ? '' : formatOrigin(origin)
}

/** As JSON, without what looks like a secret: by its key, or in the value, as a password in a URL. */
function safeText({ key, value }: InspectedKey): string {
  const label = `"${key}": `
  return redact(`${label}${JSON.stringify(value)}`).slice(label.length)
}

function safeValue(key: InspectedKey): unknown {
  if (key.value === undefined) return null
  const text = safeText(key)
  return text === JSON.stringify(key.value) ? key.value : text
}
