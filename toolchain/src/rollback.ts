import type { Place, RollbackReport } from './api.ts'

export function rollback(_options: Place & { now: () => Date }): Promise<RollbackReport> {
  return Promise.reject(new Error('rollback comes with the next commit'))
}
