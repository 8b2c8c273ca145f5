/** The four platforms that every lock of this repository is complete for, in the order in which locks list them. */
export const PLATFORMS = ['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64'] as const

export type Platform = (typeof PLATFORMS)[number]

export function isPlatform(text: string): text is Platform {
  return (PLATFORMS as readonly string[]).includes(text)
}
