export {
  branchOf,
  branchScope,
  isBranchName,
  LONGEST,
  readableScopes,
  ROLES,
  toBranchName,
  visibleScopes,
  writableScope,
} from './grant.ts'
export type { Grant, Role } from './grant.ts'
export { mintToken, readGrant, verifyToken } from './token.ts'
export type { TokenWish } from './token.ts'
export { defaultArchiveLimits, inspectArchive } from './inspect-archive.ts'
export type { ArchiveLimits, Inspected } from './inspect-archive.ts'
export { errors } from './errors.ts'
export { releaseBuffer } from './gunzip-whole.ts'
