import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { isolatedEnvironment, runProcess, startService } from '@mochi/testing'

/** What the program is told, as JSON in its first argument. */
export type BareMachine = {
  /** Data of the company's services, as they were left while there was an internet. */
  readonly registryData: string
  readonly gitData: string
  readonly repositories: Readonly<Record<string, { readonly url: string }>>
  /** The registry of before, which cannot be reached any more. */
  readonly upstream: string
  /** An empty folder: the machine's HOME, prefix and checkout. */
  readonly folder: string
  /** Whether the network is that of this program alone, and its loopback not up yet. */
  readonly isNew: boolean
}

/** A command that was run, and how it ended. */
export type Step = { readonly step: string; readonly code: number | null; readonly output: string }

const { registryData, gitData, repositories, upstream, folder, isNew } = JSON.parse(
  process.argv[2] ?? '',
) as BareMachine
/** Where the network is the machine's, everything but loopback is sent to a port at which nobody answers. */
const proxy = isNew ? '' : 'http://127.0.0.1:9'
const proxies = { http_proxy: proxy, https_proxy: proxy, HTTP_PROXY: proxy, HTTPS_PROXY: proxy }
const common = { ...proxies, NO_PROXY: '127.0.0.1', no_proxy: '127.0.0.1' }

async function run(
  step: string,
  command: readonly [string, ...string[]],
  options: { cwd: string; env: Record<string, string | undefined> },
): Promise<void> {
  const [program, ...args] = command
  const { code, stdout, stderr } = await runProcess(program, args, options)
  console.log(JSON.stringify({ step, code, output: `${stdout}${stderr}`.slice(-4_000) } satisfies Step))
  if (code !== 0) process.exit(1)
}

if (isNew) await run('loopback is up', ['ip', 'link', 'set', 'lo', 'up'], { cwd: folder, env: process.env })
await using registry = await startService('registry', {
  env: () => ({ REGISTRY_DATA: registryData, REGISTRY_UPLINK: upstream, REGISTRY_SCOPES: '["@mochi"]', ...common }),
})
await using git = await startService('git', {
  env: () => ({ GIT_DATA: gitData, GIT_REPOSITORIES: JSON.stringify(repositories), ...common }),
})
await mkdir(join(folder, 'home'))
const env = isolatedEnvironment(join(folder, 'home'), {
  PATH: '/usr/local/bin:/usr/bin:/bin',
  MOCHI_PREFIX: join(folder, 'prefix'),
  MOCHI_REGISTRY: registry.url,
  npm_config_registry: undefined,
  pnpm_config_registry: undefined,
  CI: 'true',
  ...common,
})
const checkout = join(folder, 'mochi')
await run('the checkout is cloned', ['git', 'clone', '--quiet', `${git.url}/mochi.git`, checkout], { cwd: folder, env })
await run('the toolchain and the dependencies are installed', ['./mochi', 'setup'], { cwd: checkout, env })
await run('a test passes', ['./mochi', 'exec', '--', 'npx', 'nx', 'test', 'hello'], { cwd: checkout, env })
