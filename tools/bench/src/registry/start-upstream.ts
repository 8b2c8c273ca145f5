import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createFolder, startProcess } from '@mochi/testing'
import type { Environment } from '@mochi/testing'
import { packumentOf } from './made-package.ts'
import type { MadePackage } from './made-package.ts'
import { BASE, fileOfPath, SEAL } from './upstream.ts'

/** The upstream of the registries that are measured, on loopback. It ends with the block. */
export type LocalUpstream = AsyncDisposable & {
  readonly url: string
  /** Adds a package that no other registry has. */
  readonly add: (made: MadePackage) => Promise<void>
  /** From now on it has what it has, and asks nobody. */
  readonly seal: () => Promise<void>
}

/** `source`: the registry from which it fetches, once, what it is asked for, through the machine's proxy. */
export async function startLocalUpstream(env: Environment, source?: string): Promise<LocalUpstream> {
  await using started = new AsyncDisposableStack()
  const folder = started.use(await createFolder())
  const packages = folder.join('packages')
  await mkdir(packages)
  const program = fileURLToPath(new URL('serve-upstream.ts', import.meta.url))
  const args = [program, packages, ...(source === undefined ? [] : [source])]
  const server = started.use(
    startProcess(process.execPath, args, { env: { ...env, NODE_USE_ENV_PROXY: '1', NODE_USE_SYSTEM_CA: '1' } }),
  )
  const [, url = ''] = /serves at (\S+)\n/.exec(await server.waitFor(/serves at \S+\n/)) ?? []
  const all = started.move()
  return {
    url,
    add: async (made) => {
      const write = (path: string, bytes: Uint8Array | string) => writeFile(join(packages, fileOfPath(path)), bytes)
      await write(`/${made.name}`, packumentOf(made, BASE))
      for (const { path, bytes } of made.versions) await write(path, bytes)
    },
    seal: async () => {
      await fetch(`${url}${SEAL}`)
    },
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  }
}
