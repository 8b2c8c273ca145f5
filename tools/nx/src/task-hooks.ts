import type { PostTasksExecution } from '@nx/devkit'
import { leaveTaskResults } from './task-results.ts'

export const postTasksExecution: PostTasksExecution = (_options, { taskResults }) => {
  leaveTaskResults(taskResults)
}
