export { createFolder } from './folder.ts'
export type { Folder } from './folder.ts'
export { runProcess, startProcess } from './process.ts'
export type { Outcome, ProcessOptions, TestProcess } from './process.ts'
