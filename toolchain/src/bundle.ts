import type { BundleOptions, BundleReport } from './api.ts'

export function bundle(_options: BundleOptions): Promise<BundleReport> {
  return Promise.reject(new Error('bundle comes with the next commit'))
}
