import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { closeSync, mkdirSync, openSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { isMochiError } from '@mochi/errors'
import { askTree } from '@mochi/supervise'
import type { TreeAnswer } from '@mochi/supervise'
import type { Context } from '../context.ts'
import { errors } from '../errors.ts'
import type { UpPlace } from './place.ts'
import { writerCommand } from './plan-services.ts'

const PAUSE = 10

/**
 * Finds the process that runs the services, or starts it: it leads a session of its own, so that it outlives the terminal.
 * Throws CLI_TREE_NOT_STARTED.
 */
export async function ensureTree(context: Context, place: UpPlace): Promise<TreeAnswer> {
  const running = await findTree(place)
  if (running !== undefined) return running
  mkdirSync(place.folder, { recursive: true })
  const file = join(place.folder, 'up.log')
  const output = openSync(file, 'a', 0o600)
  const before = statSync(file).size
  try {
    const tree = start(context, place, output)
    for (;;) {
      const answer = await findTree(place)
      if (answer !== undefined) return answer
      // Another `up` may have been faster: then ours ends, and the other one answers.
      if (tree.exitCode !== null) throw errors.CLI_TREE_NOT_STARTED({ file, output: tailOf(file, before) })
      await sleep(PAUSE)
    }
  } finally {
    closeSync(output)
  }
}

/** What the tree answers; undefined when none runs. */
export async function findTree({ folder }: UpPlace): Promise<TreeAnswer | undefined> {
  try {
    return await askTree(folder, { do: 'status' })
  } catch (error) {
    if (isMochiError(error) && error.code === 'SUPERVISE_NOT_RUNNING') return undefined
    throw error
  }
}

function start({ root, env }: Context, { folder }: UpPlace, output: number): ChildProcess {
  const main = join(root, 'libs/supervise/src/tree/main.ts')
  const args = [main, folder, '--', ...writerCommand(root, process.execPath)]
  const tree = spawn(process.execPath, args, { cwd: folder, env, detached: true, stdio: ['ignore', output, output] })
  tree.unref()
  return tree
}

function tailOf(file: string, from: number): string {
  return readFileSync(file).subarray(from).toString().trim()
}
