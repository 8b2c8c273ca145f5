import type { ListReport, Place } from './api.ts'
import type { Platform } from './platforms.ts'
export function list(_options: Place & { platform: Platform }): Promise<ListReport> {
  return Promise.reject(new Error('list comes with the next commit'))
}
