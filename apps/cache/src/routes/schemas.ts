import { Type } from '@mochi/service'

/** Nx's hash of a task: a decimal number of 64 bits. */
export const Hash = Type.String({ pattern: '^[0-9]{1,20}$', description: 'The hash of a task, as Nx counts it' })

export const HashParams = Type.Object({ hash: Hash })

/** `foo:build`, with a configuration where there is one. */
export const Task = Type.String({ pattern: '^[!-~]{1,300}$' })

export const Revision = Type.String({ pattern: '^[0-9a-f]{7,64}$' })

export const Scope = Type.String({ pattern: '^(main|branch:[!-~]{1,200})$' })

export const Writer = Type.String({ pattern: '^[ -~]{1,200}$' })

export const Time = Type.String({ description: 'ISO 8601, UTC' })
