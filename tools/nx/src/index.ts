export { createNodes, name } from './plugin.ts'
export { postTasksExecution, preTasksExecution } from './task-hooks.ts'
