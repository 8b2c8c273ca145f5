/** What an entry counts for, and where its body stands. */
export type Trust = 'main' | 'branch'

export function trustOf(scope: string): Trust {
  return scope === 'main' ? 'main' : 'branch'
}

/** Bytes that each trust may use. Each makes room among its own entries alone. */
export type Budget = Readonly<Record<Trust, number>>

/** `branchShare` of the whole is for all branches together. */
export function shareBudget(bytes: number, branchShare: number): Budget {
  const branch = Math.floor(bytes * branchShare)
  return { main: bytes - branch, branch }
}
