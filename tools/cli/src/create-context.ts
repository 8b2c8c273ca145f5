import { resolve } from 'node:path'
import type { Context, Output } from './context.ts'
import { findPrefix } from '@mochi/config/find-prefix'
import { interrupted } from './interrupted.ts'
import { decideColor } from './output/color.ts'
import { commandOf } from './output/spell.ts'
import { wrapLines } from './output/wrap.ts'
import { createRun } from './run-process.ts'

/** What the launcher puts before the user's own PATH: the generation's folder of links. */
const LAUNCHER_ENTRY = /^[^:]*\/env\/[0-9a-f]{16}\/bin(?::|$)/

type Stream = { write(text: string): unknown; isTTY?: boolean | undefined; columns?: number | undefined }

/** What `main` reads of the process, and nothing else reads. */
export type World = {
  env: Readonly<Record<string, string | undefined>>
  cwd: string
  home: string
  platform: string
  arch: string
  execPath: string
  stdout: Stream
  stderr: Stream
}

/** The context of a real run. The checkout is the one that these sources stand in. */
export function createContext(world: World): Context {
  const { env, cwd, home } = world
  const root = resolve(import.meta.dirname, '../../..')
  const stdout = createOutput(world.stdout, env)
  const stderr = createOutput(world.stderr, env)
  const streams = { stdout: forFramework(stdout), stderr: forFramework(stderr), env: stringsOf(env) }
  return {
    ...{ root, cwd, home, env, stdout, stderr, process: streams },
    prefix: findPrefix(world),
    userPath: env['PATH']?.replace(LAUNCHER_ENTRY, ''),
    command: commandOf(env),
    platform: `${world.platform}-${world.arch}`,
    clock: { now: () => Date.now() },
    run: createRun({ cwd: root, env }),
    interrupted,
  }
}

function createOutput(stream: Stream, env: World['env']): Output {
  const isTTY = stream.isTTY ?? false
  const known = [stream.columns, Number(env['COLUMNS'])].find((width) => width !== undefined && width > 0)
  return {
    write: (text) => void stream.write(text),
    isTTY,
    color: decideColor(env, isTTY),
    columns: Math.max(20, known ?? (isTTY ? 80 : 100)),
  }
}

/** The framework knows no width, and asks for a colour depth: four bits are its least for colour. */
export function forFramework(output: Output): { write(text: string): void; getColorDepth(): number } {
  return { write: (text) => output.write(wrapLines(text, output.columns)), getColorDepth: () => (output.color ? 4 : 1) }
}

function stringsOf(env: World['env']): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  )
}
