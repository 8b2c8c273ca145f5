import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { applyDirectory, askLauncher, controlPath } from '@mochi/supervise'
import { createFolder, startProcess } from '@mochi/testing'
import type { PreparedCheckout } from '../prepared-checkout.ts'
import { runTimed } from '../time-command.ts'
import { planHello } from './plan-hello.ts'

const SECONDS = 10

/** What a launcher takes while its service runs and nothing happens; wake-ups only where the system counts them. */
export type Rest = { readonly mebibytes: number; readonly wakeUps: number | undefined }

export function formatRest({ mebibytes, wakeUps }: Rest): string {
  const woken = wakeUps === undefined ? '' : `, and was woken ${wakeUps} times in ${SECONDS} s`
  return `Its launcher, bundled and run with \`--jitless\`, had ${mebibytes.toFixed(0)} MB while the service ran${woken}.`
}

/** Builds the launcher as servers run it, and watches it over hello. */
export async function watchLauncher({ checkout, env }: PreparedCheckout): Promise<Rest> {
  runTimed(['npx', 'nx', 'run', 'supervise:programs'], { cwd: checkout.path, env })
  await using directory = await createFolder()
  const program = checkout.join('libs/supervise/dist/programs/launcher.cjs')
  await applyDirectory(
    directory.path,
    planHello(checkout, { program: 'src/main.ts', launcher: ['--jitless', program] }),
  )
  await using launcher = startProcess('node', ['--jitless', program], { cwd: directory.path, env })
  await launcher.waitFor('hello listens on')
  await askLauncher(controlPath(directory.path), { do: 'start' })
  // What its start has left to be cleared away is not its rest.
  await sleep(SECONDS * 1000)
  const before = wakeUpsOf(launcher.pid)
  await sleep(SECONDS * 1000)
  const after = wakeUpsOf(launcher.pid)
  const mebibytes =
    Number(spawnSync('ps', ['-o', 'rss=', '-p', String(launcher.pid)], { encoding: 'utf8' }).stdout) / 1024
  launcher.kill('SIGTERM')
  await launcher.ended
  return { mebibytes, wakeUps: before === undefined || after === undefined ? undefined : after - before }
}

/** How often the threads of a process have waited and were woken: proc_pid_status(5). */
export function wakeUpsOf(pid: number): number | undefined {
  if (process.platform !== 'linux') return undefined
  const threads = readdirSync(`/proc/${pid}/task`)
  const counts = threads.map((thread) => {
    const status = readFileSync(`/proc/${pid}/task/${thread}/status`, 'utf8')
    return Number(/^voluntary_ctxt_switches:\s+(\d+)/m.exec(status)?.[1] ?? 0)
  })
  return counts.reduce((sum, count) => sum + count, 0)
}
