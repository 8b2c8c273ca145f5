import { createServer } from 'node:http'
import { listenOnFreePort, startService } from '@mochi/testing'

export const OLD = '2020-01-01T00:00:00.000Z'

/** Versions of packages by their time of publication. */
export type Published = Readonly<Record<string, Readonly<Record<string, string>>>>

/** The service registry as a process of its own, over an upstream that has these packages. */
export async function startRegistry(published: Published) {
  await using started = new AsyncDisposableStack()
  const upstream = started.use(
    await listenOnFreePort(
      createServer((request, response) => {
        const name = decodeURIComponent(request.url ?? '').slice(1)
        const versions = published[name]
        response.writeHead(versions === undefined ? 404 : 200, { 'content-type': 'application/json' })
        response.end(versions === undefined ? '{}' : JSON.stringify(packument(name, versions)))
      }),
    ),
  )
  const service = started.use(
    await startService('registry', {
      env: (folder) => ({
        REGISTRY_DATA: folder.join('data'),
        REGISTRY_UPLINK: upstream.url,
        REGISTRY_SCOPES: '["@acme"]',
        REGISTRY_BLOCKED: JSON.stringify([{ package: 'evil', reason: 'steals tokens' }]),
      }),
    }),
  )
  const all = started.move()
  return { url: `${service.url}/`, [Symbol.asyncDispose]: () => all.disposeAsync() }
}

function packument(name: string, times: Readonly<Record<string, string>>): object {
  const versions = Object.keys(times).map((version) => {
    const dist: object = { tarball: `http://127.0.0.1/${name}-${version}.tgz`, shasum: '0'.repeat(40) }
    return [version, { name, version, dist }] as const
  })
  return {
    name,
    'dist-tags': { latest: Object.keys(times).at(-1) },
    versions: Object.fromEntries(versions),
    time: times,
  }
}
