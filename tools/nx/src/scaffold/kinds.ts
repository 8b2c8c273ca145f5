/** What can be generated, and the room it comes to stand in. */
export const roomOf = { service: 'apps', lib: 'libs' } as const

export type Kind = keyof typeof roomOf

export const kinds = Object.keys(roomOf) as readonly Kind[]

/** `ci` makes a file, not a project. */
export type Generator = Kind | 'ci'

export const generators: readonly Generator[] = [...kinds, 'ci']

/** The words that lists of generators show. */
export const descriptionOf: Readonly<Record<Kind, string>> = {
  service: 'A service in apps/: routes, configuration, health and a graceful stop',
  lib: 'A library in libs/: what several services share',
}
