import { chmod } from 'node:fs/promises'
import { join } from 'node:path'
import { workspaceRoot } from './checkout.ts'
import { isolatedEnvironment } from './environment.ts'
import { createFolder } from './folder.ts'
import type { Folder } from './folder.ts'
import { startProcess } from './process.ts'

/** A service as a process of its own. It ends with the block. */
export type TestService = AsyncDisposable & {
  /** Where it serves, on a free port. */
  readonly url: string
  /** Of its own, laid out as a prefix: its secrets stand there where people keep theirs. */
  readonly folder: Folder
}

export type ServiceOptions = {
  /** By their keys. */
  secrets?: Readonly<Record<string, string>>
  /** Its variables beside that of its port: where it keeps data, which would else be the machine's own. */
  env?: (folder: Folder) => Readonly<Record<string, string>>
  /** The workspace in whose `apps` it stands. Default: the one these tests stand in. */
  root?: string
}

/** Starts the sources of a service, for tests that talk to it over the network. Rejects with its output when it ends at once. */
export async function startService(
  name: string,
  { secrets = {}, env = () => ({}), root = workspaceRoot }: ServiceOptions = {},
): Promise<TestService> {
  await using started = new AsyncDisposableStack()
  const folder = started.use(await createFolder())
  const credentials = join('etc/secrets', name)
  await writeSecrets(folder, credentials, secrets)
  const service = startProcess(process.execPath, [join(root, 'apps', name, 'src/main.ts')], {
    cwd: folder.path,
    env: isolatedEnvironment(folder.path, {
      [portVariable(name)]: '0',
      CREDENTIALS_DIRECTORY: folder.join(credentials),
      ...env(folder),
    }),
  })
  started.use(service)
  const [, url = ''] = / listens on (\S+)\n/.exec(await service.waitFor(/ listens on \S+\n/)) ?? []
  const all = started.move()
  return { url, folder, [Symbol.asyncDispose]: () => all.disposeAsync() }
}

function portVariable(name: string): string {
  return `${name.toUpperCase().replaceAll('-', '_')}_PORT`
}

/** As services take them: for their owner alone, whatever the umask. */
async function writeSecrets(folder: Folder, place: string, secrets: Readonly<Record<string, string>>): Promise<void> {
  for (const [key, text] of Object.entries(secrets)) {
    await folder.write({ [join(place, key)]: text }, { mode: 0o600 })
    await chmod(folder.join(place), 0o700)
  }
}
