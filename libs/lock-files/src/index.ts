export { errors } from './errors.ts'
export { parseLockFile } from './parse-lock-file.ts'
export type { Elsewhere, LockedPackage, LockFile } from './lock-file.ts'
