import { glob, mkdir, symlink, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { askTree, findLiving } from '@mochi/supervise'
import { createFolder, workspaceRoot } from '@mochi/testing'
import type { ServiceRow } from '../up/read-services.ts'
import { createTestContext } from './test-context.ts'
import type { TestContext, TestContextOptions } from './test-context.ts'

/** A service after the contract for children, without the libraries of services: a test of the command line starts many. */
const MAIN = `import { createServer } from 'node:http'
const about = { cwd: process.cwd(), pid: process.pid }
const server = createServer((request, response) => {
  response.setHeader('connection', 'close')
  response.end(JSON.stringify({ ...process.env, ...about }))
})
const end = () => server.close(() => process.exit(0)).closeIdleConnections()
process.on('SIGTERM', end).on('message', ({ type }) => type === 'drain' && end())
if (process.env.MOCHI_ENDS_WITH_LAUNCHER === '1') process.on('disconnect', end)
server.listen({ fd: 3 }, () => {
  const { port } = server.address()
  console.log('listens as ' + process.pid + ' at http://127.0.0.1:' + port)
  process.send({ type: 'ready' })
})
`

const CONFIG = `const text = (value) => ({ type: 'string', default: value })
const tls = { type: 'object', properties: { cert: { type: 'string' }, key: { type: 'string' } } }
const port = { type: 'integer', default: 0 }
export const configSchema = { type: 'object', properties: { host: text('127.0.0.1'), port, greeting: text('Hello'), tls } }
`

export type Platform = AsyncDisposable & {
  readonly prefix: string
  /** The place in which services run without an instance. */
  readonly place: string
  /** A checkout with services in it; they run from there. */
  createCheckout(name: string, apps: readonly string[]): Promise<TestCheckout>
}

export type TestCheckout = {
  readonly root: string
  context(options?: TestContextOptions): TestContext
  readonly write: (path: string, text: string, mode?: number) => Promise<void>
}

/** A prefix of a test's own, and checkouts that share it. What still runs at the end is stopped. */
export async function createPlatform(prefixName = 'prefix'): Promise<Platform> {
  const folder = await createFolder()
  const prefix = folder.join(prefixName)
  return {
    prefix,
    place: `${prefix}/var`,
    createCheckout: async (name, apps) => {
      const checkout = openCheckout(folder.join(name), prefix)
      await mkdir(checkout.root, { recursive: true })
      for (const app of apps) await writeApp(checkout, app)
      await symlink(`${workspaceRoot}/libs`, `${checkout.root}/libs`)
      return checkout
    },
    [Symbol.asyncDispose]: async () => {
      for (const place of [`${prefix}/var`, ...(await instancesIn(prefix))]) await endTree(place)
      await folder[Symbol.asyncDispose]()
    },
  }
}

function instancesIn(prefix: string): Promise<readonly string[]> {
  return Array.fromAsync(glob(`${prefix}/var/instances/*`))
}

/** Also what one that was killed left running, where a test failed before somebody took it over. */
async function endTree(place: string): Promise<void> {
  await askTree(place, { do: 'stop' }).catch(() => undefined)
  for await (const file of glob(`${place}/service/*/{launcher,log}/processes.json`)) {
    for (const { pid } of findLiving(file)) process.kill(pid, 'SIGKILL')
  }
}

function openCheckout(root: string, prefix: string): TestCheckout {
  return {
    root,
    context: ({ env, ...options } = {}) => {
      const inherited = { PATH: process.env['PATH'], CI: 'true', MOCHI_PREFIX: prefix }
      return createTestContext({ root, prefix, env: { ...inherited, ...env }, ...options })
    },
    write: async (path, text, mode = 0o644) => {
      await mkdir(dirname(`${root}/${path}`), { recursive: true })
      await writeFile(`${root}/${path}`, text, { mode })
    },
  }
}

async function writeApp({ write }: TestCheckout, app: string): Promise<void> {
  await write(`apps/${app}/package.json`, `{ "name": "@mochi/${app}", "type": "module" }\n`)
  await write(`apps/${app}/src/config.ts`, CONFIG)
  await write(`apps/${app}/src/main.ts`, MAIN)
}

/** What `mochi up --json` and `mochi status --json` print of services. */
export function servicesIn({ written }: TestContext): readonly ServiceRow[] {
  return (JSON.parse(written.stdout) as { services: ServiceRow[] }).services
}
