/** A launcher in a process of its own, for tests that kill it: it says where its service listens, and who it is. */
import { launch } from './launch.ts'

const launched = await launch({ manner: process.argv[2] ?? 'good' })
launched.launcher.subscribe(({ what, status: { pid, sockets } }) => {
  if (what === 'ready')
    process.stdout.write(`${JSON.stringify({ pid, port: sockets.public?.port, folder: launched.folder.path })}\n`)
})
launched.launcher.start()
setInterval(() => undefined, 60_000)
