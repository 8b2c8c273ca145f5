export { createNodes, name } from './plugin.ts'
export { postTasksExecution } from './task-hooks.ts'
