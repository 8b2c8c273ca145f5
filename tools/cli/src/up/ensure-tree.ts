import { spawn } from 'node:child_process'
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
import { treeEnvironment } from './tree-environment.ts'

const PAUSE = 10

export type TreeProgram = {
  /** What runs the sources. */
  readonly node: string
  /** Until it answers, in milliseconds. */
  readonly patience: number
}

const ours: TreeProgram = { node: process.execPath, patience: 30_000 }

/**
 * Finds the process that runs the services, or starts it: it leads a session of its own, so that it outlives the terminal.
 * Throws CLI_TREE_NOT_STARTED.
 */
export async function ensureTree(context: Context, place: UpPlace, program = ours): Promise<TreeAnswer> {
  const running = await findTree(place)
  if (running !== undefined) return running
  mkdirSync(place.folder, { recursive: true })
  const file = join(place.folder, 'up.log')
  const output = openSync(file, 'a', 0o600)
  try {
    return await startTree(context, { place, file, output, program })
  } finally {
    closeSync(output)
  }
}

/** In which a tree says how it stands, in milliseconds: it never has to wait for anything. */
const DEADLINE = 5_000

/** What the tree answers; undefined when none runs, or only one that is about to end. Throws SUPERVISE_NO_ANSWER. */
export async function findTree({ folder }: UpPlace, deadline = DEADLINE): Promise<TreeAnswer | undefined> {
  try {
    const answer = await askTree(folder, { do: 'status' }, { deadline })
    return answer.isStopping ? undefined : answer
  } catch (error) {
    if (isMochiError(error) && error.code === 'SUPERVISE_NOT_RUNNING') return undefined
    throw error
  }
}

type StartOptions = {
  readonly place: UpPlace
  readonly file: string
  /** The same file, open. */
  readonly output: number
  readonly program: TreeProgram
}

async function startTree(context: Context, options: StartOptions): Promise<TreeAnswer> {
  const { place, file, program } = options
  const deadline = performance.now() + program.patience
  const state = { before: statSync(file).size, tree: spawnTree(context, options) }
  for (;;) {
    const answer = await findTree(place)
    if (answer !== undefined) return answer
    const { ended } = state.tree
    const output = tailOf(file, state.before)
    const isLate = performance.now() > deadline
    // Another one has the lock: an `up` that was faster and will answer, or one that is about to end.
    const isTaken = output.includes('SUPERVISE_ALREADY_RUNS')
    if (isLate || (ended !== undefined && !isTaken)) {
      state.tree.kill()
      const reason = ended ?? `it did not answer within ${program.patience / 1000} s`
      throw errors.CLI_TREE_NOT_STARTED({ file, reason, output })
    }
    if (ended !== undefined) {
      state.before = statSync(file).size
      state.tree = spawnTree(context, options)
    }
    await sleep(PAUSE)
  }
}

type StartedTree = { readonly ended: string | undefined; readonly kill: () => void }

function spawnTree(
  { root, env }: Context,
  { place: { folder }, output, program: { node } }: StartOptions,
): StartedTree {
  const args = [join(root, 'libs/supervise/src/tree/main.ts'), folder, '--', ...writerCommand(root, node)]
  const child = spawn(node, args, {
    cwd: folder,
    env: treeEnvironment(env),
    detached: true,
    stdio: ['ignore', output, output],
  })
  const state: { ended: string | undefined } = { ended: undefined }
  child.once('error', ({ message }) => (state.ended = message))
  child.once(
    'exit',
    (code, signal) => (state.ended = signal === null ? `it ended with code ${code}` : `${signal} ended it`),
  )
  child.unref()
  return {
    get ended() {
      return state.ended
    },
    kill: () => void child.kill(),
  }
}

function tailOf(file: string, from: number): string {
  return readFileSync(file).subarray(from).toString().trim()
}
