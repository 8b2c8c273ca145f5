import { checkDocument, readText } from '@mochi/config'
import { errors } from './errors.ts'
import { PLATFORMS } from './platforms.ts'
import type { Platform } from './platforms.ts'
import { findWantedFaults } from './wanted-faults.ts'
import { wantedSchema } from './wanted-schema.ts'
import type { WantedDocument } from './wanted-schema.ts'

/** One entry of `tools` in toolchain.json, filled in. */
export type WantedTool = {
  name: string
  version: string
  /** The npm package of each platform; the same one four times when it is for all. */
  packages: Readonly<Record<Platform, string>>
  /** Paths to unpack; `.` is all. */
  keep: readonly string[]
  links: Readonly<Record<string, string>>
  /** True for node alone: its own download site is a second source. */
  site: boolean
}

/** What toolchain.json asks for, in its order. */
export type Wanted = { cooldownHours: number; tools: readonly WantedTool[] }

/**
 * Reads a checkout's toolchain.json. TOOLCHAIN_WANTED_ABSENT when there is none, CONFIG_UNREADABLE when it cannot be read,
 * TOOLCHAIN_WANTED_INVALID with every fault when it cannot be used.
 */
export async function readWanted(file: string): Promise<Wanted> {
  const text = await readText(file)
  if (text === undefined) throw errors.TOOLCHAIN_WANTED_ABSENT({ file })
  return parseWanted(text, file)
}

/** The text of a toolchain.json as what is wanted, or TOOLCHAIN_WANTED_INVALID. `file` is what it is called in errors. */
export function parseWanted(text: string, file = 'toolchain.json'): Wanted {
  const checked = checkDocument(text, { schema: wantedSchema, meaning: findWantedFaults })
  if ('faults' in checked) throw errors.TOOLCHAIN_WANTED_INVALID({ file, faults: checked.faults })
  return normalize(checked.value)
}

function normalize({ cooldownHours, tools }: WantedDocument): Wanted {
  return {
    cooldownHours,
    tools: Object.entries(tools).map(([name, { version, package: given, keep = ['.'], links, site = false }]) => {
      const packages = Object.fromEntries(
        PLATFORMS.map((platform) => [platform, typeof given === 'string' ? given : given[platform]]),
      ) as Record<Platform, string>
      return { name, version, packages, keep, links, site }
    }),
  }
}
