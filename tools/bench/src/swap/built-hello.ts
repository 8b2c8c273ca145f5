import { join } from 'node:path'
import { applyDirectory } from '@mochi/supervise'
import { createFolder, startProcess } from '@mochi/testing'
import type { PreparedCheckout } from '../prepared-checkout.ts'
import { findService } from '../service/find-service.ts'
import { planHello } from '../service/plan-hello.ts'
import { runTimed } from '../time-command.ts'
import type { Served } from './platform.ts'

/** hello as servers run it, below a launcher of its own. It ends with the block. */
export type BuiltHello = AsyncDisposable & { readonly find: () => Promise<Served> }

/** Builds hello, and starts it with the compile cache that `mochi` has for everything that it runs. */
export async function startBuiltHello({ checkout, env, generation }: PreparedCheckout): Promise<BuiltHello> {
  runTimed(['npx', 'nx', 'build', 'hello'], { cwd: checkout.path, env })
  const folder = await createFolder()
  const launcher = [checkout.join('libs/supervise/src/launcher/main.ts')] as const
  await applyDirectory(folder.path, planHello(checkout, { program: 'dist/main.js', launcher }))
  const compiled = join(generation, '../../var/node-compile-cache')
  const run = startProcess(folder.join('run'), [], { cwd: folder.path, env: { ...env, NODE_COMPILE_CACHE: compiled } })
  await run.waitFor('hello listens on')
  return {
    find: () => findService(folder.path),
    [Symbol.asyncDispose]: async () => {
      run.kill('SIGTERM')
      await run.ended
      await folder[Symbol.asyncDispose]()
    },
  }
}
