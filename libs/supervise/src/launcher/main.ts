/**
 * One launcher as a program: what `run` of a service directory becomes, in that folder, under runit, daemontools, s6 or by
 * hand. HUP puts a new process in the place of the one that serves, TERM and INT drain and end, a second one ends at once.
 * Standard output and error are the service's log.
 */
import { formatError, isMochiError } from '@mochi/errors'
import { controlPath } from '../control/path.ts'
import { serveControl } from '../control/server.ts'
import { readEnvFolder } from '../directory/env-folder.ts'
import { readLaunchFile } from '../launch-file.ts'
import { takeOver } from '../tree/take-over.ts'
import type { ChildStreams } from './child.ts'
import { Launcher } from './launcher.ts'
import type { Change } from './launcher.ts'

async function main(folder: string): Promise<void> {
  const spec = await readLaunchFile(folder)
  const env = { ...process.env, ...(await readEnvFolder(`${folder}/env`)) }
  using launcher = new Launcher({ spec, env, openStreams: inherited })
  await using _control = await serveControl(controlPath(folder), launcher)
  const ended = new Promise<void>((resolve) => {
    const state = { isAsked: false }
    launcher.subscribe((change) => {
      report(spec.name, change)
      if (change.what === 'down' && state.isAsked) resolve()
    })
    process.on('SIGHUP', () => launcher.swap())
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      process.on(signal, () => {
        state.isAsked = true
        if (launcher.status.phase === 'down') resolve()
        else launcher.stop()
      })
    }
  })
  if (!takeOver(launcher, `${folder}/launcher/processes.json`)) launcher.start()
  await ended
}

/** The child writes where the launcher does. */
function inherited(): ChildStreams {
  return { stdout: 1, stderr: 2, [Symbol.dispose]: () => undefined }
}

/** What a service does by itself is its own to say; what happens to it stands in its log too. */
function report(name: string, { what, pid, exit }: Change): void {
  const words = TOLD[what]
  if (words === undefined) return
  const how = exit?.reason ?? (exit?.signal === null ? `code ${exit.code}` : exit?.signal)
  process.stderr.write(`launcher of ${name}: process ${pid ?? '?'} ${words}${how === undefined ? '' : `, ${how}`}\n`)
}

const TOLD: Partial<Record<Change['what'], string>> = {
  'ended-unasked': 'ended without being told to; it is started anew',
  late: 'was not ready in time and is killed',
  'swap-failed': 'did not get ready; the old one goes on serving',
  overdue: 'did not end in time and is killed',
}

// What cannot be said, on a full disk or to a reader that has gone, must not end what keeps a service serving.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined)
main(process.cwd()).catch((error: unknown) => {
  if (!isMochiError(error)) throw error
  process.stderr.write(`${formatError(error)}\n`)
  process.exitCode = 1
})
