import type { Registry } from './api.ts'

export type FindRegistryOptions = {
  root: string
  home: string
  environment: Readonly<Record<string, string | undefined>>
  /** Answers `npm config get registry`; undefined where no npm exists. */
  askNpm?: () => Promise<string | undefined>
}

export function findRegistry(_options: FindRegistryOptions): Promise<Registry> {
  return Promise.reject(new Error('findRegistry comes with the next commit'))
}
