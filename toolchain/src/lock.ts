import type { LockOptions, LockReport } from './api.ts'

export function lock(_options: LockOptions): Promise<LockReport> {
  return Promise.reject(new Error('lock comes with the next commit'))
}
