import type { Place, PrunePlan } from './api.ts'

export function planPrune(_options: Place): Promise<PrunePlan[]> {
  return Promise.reject(new Error('planPrune comes with the next commit'))
}
export function prune(_plan: PrunePlan): Promise<void> {
  return Promise.reject(new Error('prune comes with the next commit'))
}
