export { sendFile } from './send-file.ts'
export type { Part } from './send-file.ts'
export { DamagedFile, HotFiles } from './hot-files.ts'
export type { ExpectedFile, HotLimits } from './hot-files.ts'
