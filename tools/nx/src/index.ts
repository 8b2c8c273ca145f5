export { createNodes, name } from './plugin.ts'
export { postTasksExecution } from './task-results.ts'
