import { createPlatform } from '../testing/platform.ts'
import type { TestCheckout } from '../testing/platform.ts'
import { runUp } from '../up/run.ts'

/** What a source has to mirror: `fails` cannot be had, `finds` is what upstream did. */
export type Letters = {
  readonly wanted: readonly string[]
  readonly fails?: Readonly<Record<string, string>>
  readonly finds?: readonly { readonly id: string; readonly isOpen: boolean }[]
  readonly unobtainable?: readonly { readonly what: string; readonly reason: string }[]
  /** Ends the process in the middle of a run. */
  readonly dies?: boolean
  /** Fetches until the run is ended. */
  readonly waits?: boolean
}

/** A service after the contract for children that mirrors letters: a file of the checkout says which. */
const MAIN = `import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { createMirrorRoutes, Final, Mirrors } from '../../../libs/mirror/src/index.ts'
const root = new URL('../../../', import.meta.url)
const held = new Set()
const letters = () => JSON.parse(readFileSync(new URL('letters.json', root), 'utf8'))
const source = {
  name: 'letters',
  atOnce: 1,
  plan: async () => {
    const { wanted, unobtainable = [] } = letters()
    const items = wanted.filter((id) => !held.has(id)).map((id) => ({ id, what: 'letter ' + id, fetches: 1 }))
    return { wanted: wanted.length, held: wanted.length - items.length, items, unobtainable }
  },
  apply: async ({ id }, { onBytes, signal }) => {
    const { fails = {}, finds = [], dies, waits } = letters()
    if (waits) await new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('ended'))))
    if (fails[id] !== undefined) throw new Final(fails[id])
    onBytes(1000)
    if (dies) last.write(' ', () => process.kill(process.pid, 'SIGKILL'))
    if (dies) await new Promise(() => undefined)
    held.add(id)
    return { fetched: 1, findings: finds.map((found) => ({ kind: 'changed', what: id, detail: 'has other bytes', ...found })) }
  },
  measure: async () => ({ count: held.size, bytes: held.size * 1000 }),
  prune: {
    plan: async () => {
      const { wanted } = letters()
      const items = [...held].filter((id) => !wanted.includes(id)).map((id) => ({ what: id, bytes: 1000 }))
      return { items, bytes: items.length * 1000 }
    },
    apply: async ({ items, bytes }) => {
      for (const { what } of items) held.delete(what)
      return bytes
    },
  },
}
const mirrors = new Mirrors({ file: new URL('mirror.json', root).pathname, sources: () => [source], now: Date.now })
const routes = createMirrorRoutes({ mirrors, mayChange: () => true, stopping: new AbortController().signal })
let last
const server = createServer((request, response) => {
  last = response
  const { pathname, searchParams } = new URL(request.url, 'http://letters')
  const route = routes.find(({ method, path }) => method === request.method && path === pathname)
  response.setHeader('connection', 'close')
  if (route === undefined) response.writeHead(404).end()
  else void route.answer(request, response, searchParams)
})
const end = () => server.close(() => process.exit(0)).closeIdleConnections()
process.on('SIGTERM', end).on('message', ({ type }) => type === 'drain' && end())
server.listen({ fd: 3 }, () => process.send({ type: 'ready' }))
`

export type MirrorRig = AsyncDisposable & {
  readonly checkout: TestCheckout
  readonly want: (letters: Letters) => Promise<void>
}

/** A platform of its own, with a service that mirrors and one that does not. */
export async function startMirror(letters: Letters): Promise<MirrorRig> {
  await using started = new AsyncDisposableStack()
  const platform = started.use(await createPlatform())
  const checkout = await platform.createCheckout('here', ['letters', 'other'])
  const want = (given: Letters) => checkout.write('letters.json', JSON.stringify(given))
  await want(letters)
  await checkout.write('apps/letters/src/main.ts', MAIN)
  await runUp(checkout.context(), { instance: undefined, detach: true, json: true, nodes: [] })
  const all = started.move()
  return { checkout, want, [Symbol.asyncDispose]: () => all.disposeAsync() }
}
