import type { ProfileOptions, ProfileReport } from './api.ts'

export function profileAdd(_options: ProfileOptions): Promise<ProfileReport> {
  return Promise.reject(new Error('profileAdd comes with the next commit'))
}
export function profileRemove(_options: ProfileOptions): Promise<ProfileReport> {
  return Promise.reject(new Error('profileRemove comes with the next commit'))
}
