import { createHash } from 'node:crypto'

export const ROLES = ['main', 'branch', 'reader', 'admin'] as const

/** `main`: the CI of the main branch. `branch`: that of one branch or pull request. `reader`: people. `admin`: who purges. */
export type Role = (typeof ROLES)[number]

/** What the holder of a token may do, and until when. Everything that a server decides, it decides by this alone. */
export type Grant = {
  readonly role: Role
  /** `main` or `branch:<name>`; that of readers and admins is `main`. */
  readonly scope: string
  /** Who it is: `github acme/app run 12`. */
  readonly writer: string
  readonly expires: Date
  readonly id: string
}

/** Hours that a token may be good for: one that can write or purge does more harm when it is lost. */
export const LONGEST: Readonly<Record<Role, number>> = { main: 24, branch: 24, reader: 720, admin: 24 }

export function branchScope(branch: string): string {
  return `branch:${branch}`
}

/** A branch as scopes name it: printable ASCII of a bearable length, another one for each other text. */
export function toBranchName(branch: string): string {
  const ascii = branch.toWellFormed().replace(/[^!-$&-~]/gu, encodeURIComponent)
  return ascii.length <= 150 ? ascii : `${ascii.slice(0, 80)}~${createHash('sha256').update(branch).digest('hex')}`
}

/** The name of a branch, or undefined for main. */
export function branchOf(scope: string): string | undefined {
  return scope.startsWith('branch:') ? scope.slice('branch:'.length) : undefined
}

/** Printable ASCII without blanks: it stands in headers and on pages. */
export function isBranchName(name: string): boolean {
  return /^[!-~]{1,200}$/.test(name)
}

/** The scopes whose bodies a grant reads, in the order in which it looks. Nobody but a branch reads what it wrote, not even admins. */
export function readableScopes({ role, scope }: Pick<Grant, 'role' | 'scope'>): readonly string[] {
  return role === 'branch' ? ['main', scope] : ['main']
}

/** The scopes of which a grant is told who wrote what, and why something is not there; undefined is every scope, for admins. */
export function visibleScopes(grant: Pick<Grant, 'role' | 'scope'>): readonly string[] | undefined {
  return grant.role === 'admin' ? undefined : readableScopes(grant)
}

/** The one scope that a grant writes; undefined when it writes none. */
export function writableScope({ role, scope }: Pick<Grant, 'role' | 'scope'>): string | undefined {
  return role === 'main' || role === 'branch' ? scope : undefined
}
