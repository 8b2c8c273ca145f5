import type { Platform } from './platforms.ts'

/** One entry of `tools` in toolchain.json. */
export type WantedTool = {
  version: string
  /** One npm package for all platforms, or one for each. */
  package: string | Record<Platform, string>
  keep?: string[]
  links: Record<string, string>
  /** True for node alone: its own download site is a second source. */
  site?: boolean
}

export type Wanted = { platforms: Platform[]; cooldownHours: number; tools: Record<string, WantedTool> }

export function readWanted(_file: string): Promise<Wanted> {
  return Promise.reject(new Error('readWanted comes with the next commit'))
}
