export { createMirrorRoutes, MIRROR_PATH } from './handler.ts'
export type { MirrorRoute, MirrorRoutesOptions } from './handler.ts'
export { startDaily } from './daily.ts'
export type { Daily, DailyOptions } from './daily.ts'
export { errors } from './errors.ts'
export { Mirrors } from './mirrors.ts'
export type { MirrorsOptions, SyncOptions } from './mirrors.ts'
export { Final } from './source.ts'
export type {
  Applied,
  Holding,
  NewFinding,
  Plan,
  PlanItem,
  Prune,
  PrunePlan,
  Source,
  Unobtainable,
  Work,
} from './source.ts'
export { ageOf, isLeftOpen, openOf } from './status.ts'
export type {
  Acknowledged,
  Fault,
  Finding,
  MirrorStatus,
  Progress,
  RunResult,
  SourceAge,
  SourcePlan,
  SourcePrunePlan,
  SourceStatus,
  SyncEvent,
} from './status.ts'
