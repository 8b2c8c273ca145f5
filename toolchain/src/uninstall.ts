import type { UninstallPlan } from './api.ts'

export function planUninstall(_options: { prefix: string }): Promise<UninstallPlan> {
  return Promise.reject(new Error('planUninstall comes with the next commit'))
}
export function uninstall(_plan: UninstallPlan, _options: { confirmed: true }): Promise<void> {
  return Promise.reject(new Error('uninstall comes with the next commit'))
}
