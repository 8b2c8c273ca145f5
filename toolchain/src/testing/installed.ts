import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Place } from '../api.ts'
import type { StoreOptions } from '../artifact-store.ts'
import { lock } from '../lock.ts'
import { PLATFORMS } from '../platforms.ts'
import { createInstaller } from './installer.ts'
import type { Installer } from './installer.ts'
import { startRegistry } from './registry.ts'
import type { TestRegistry } from './registry.ts'

/** A checkout whose lock was made by `lock` and installed by `toolchain/install`, from a registry of the test's own. */
export type Installed = AsyncDisposable & {
  readonly installer: Installer
  readonly registry: TestRegistry
  readonly place: Place
  /** Where archives can be downloaded from. */
  readonly store: StoreOptions
  /** Wants these versions of `alpha`, publishes them, locks and installs; gives the generation. */
  use(version: string): Promise<string>
}

/** With version 1.0.0 of `alpha`: a command, a library of two files, and a licence. */
export async function createInstalled(): Promise<Installed> {
  const installer = await createInstaller()
  const registry = await startRegistry(installer.server)
  const place = { root: installer.checkout, prefixes: [installer.prefix] }
  const store = {
    registry: { address: registry.url, origin: 'the test' },
    fetch,
    cache: installer.folder.join('cache'),
  }
  const use = async (version: string): Promise<string> => {
    registry.publish('alpha', { version, files: filesOf(version) })
    await wantAlpha(installer.checkout, version)
    await mkdir(installer.prefix, { recursive: true })
    const { generation } = await lock({ root: installer.checkout, now: () => new Date('2026-06-01'), ...store })
    const { code, stderr } = await installer.run(['--quiet'])
    if (code !== 0) throw new Error(stderr)
    return generation
  }
  // The installer begins with a lock of its own tools.
  await writeFile(join(installer.checkout, 'toolchain/toolchain.lock'), 'generation e3b0c44298fc1c14\n')
  await use('1.0.0')
  return {
    installer,
    registry,
    place,
    store,
    use,
    [Symbol.asyncDispose]: () => installer[Symbol.asyncDispose](),
  }
}

function filesOf(version: string): Record<string, string> {
  return {
    'bin/alpha': `#!/bin/sh\necho alpha ${version}\n`,
    'lib/one.txt': 'one\n',
    'lib/two.txt': 'two\n',
    LICENSE: 'free\n',
  }
}

async function wantAlpha(checkout: string, version: string): Promise<void> {
  const tools = { alpha: { version, package: 'alpha', links: { alpha: 'bin/alpha' } } }
  const wanted = { platforms: PLATFORMS, cooldownHours: 24, tools }
  await writeFile(join(checkout, 'toolchain/toolchain.json'), JSON.stringify(wanted))
}
