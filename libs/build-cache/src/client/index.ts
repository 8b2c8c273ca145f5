export { findCache } from './find-cache.ts'
export type { CacheKey } from './find-cache.ts'
export { readClientSettings, tokenFile, worldOf } from './client-settings.ts'
export type { Environment, Settings, World } from './client-settings.ts'
