import { createHash } from 'node:crypto'
import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { gzipSync } from 'node:zlib'
import { listenOnFreePort } from '@mochi/testing'

/** A version as a test publishes it upstream. */
export type Published = {
  readonly version: string
  /** ISO time; null for none at all. */
  readonly time?: string | null
  /** In place of what `npm pack` would make. */
  readonly tarball?: Buffer
  readonly manifest?: Readonly<Record<string, unknown>>
}

export type Answer = (request: IncomingMessage, response: ServerResponse) => void

/** A registry that a test owns: what it has, what it was asked, and how it misbehaves. */
export type Upstream = AsyncDisposable & {
  readonly url: string
  /** Paths that were asked for, in order. */
  readonly asked: string[]
  publish(name: string, ...versions: readonly Published[]): void
  remove(name: string): void
  /** Answers a path, or all, in another way; undefined ends it. */
  misbehave(path: string, answer: Answer | undefined): void
  stop(): Promise<void>
}

export const LONG_AGO = '2020-01-01T00:00:00.000Z'

export async function startUpstream(): Promise<Upstream> {
  const packages = new Map<string, Published[]>()
  const answers = new Map<string, Answer>()
  const asked: string[] = []
  const server = createServer((request, response) => {
    const path = decodeURIComponent(request.url ?? '')
    asked.push(path)
    const special = answers.get(path) ?? answers.get('*')
    if (special !== undefined) special(request, response)
    else answer({ path, packages, url: listening.url }, request, response)
  })
  const listening = await listenOnFreePort(server)
  return {
    url: listening.url,
    asked,
    publish: (name, ...versions) => void packages.set(name, [...(packages.get(name) ?? []), ...versions]),
    remove: (name) => void packages.delete(name),
    misbehave: (path, special) => {
      if (special === undefined) answers.delete(path)
      else answers.set(path, special)
    },
    stop: async () => listening[Symbol.asyncDispose](),
    [Symbol.asyncDispose]: () => listening[Symbol.asyncDispose](),
  }
}

/** Answers with JSON, and keeps what was sent in `heard`. */
export function answerJson(value: unknown, heard: unknown[] = []): Answer {
  return (request, response) => {
    void text(request).then((body) => {
      heard.push(body === '' ? undefined : JSON.parse(body))
      sendJson(response, value)
    })
  }
}

export function sendJson(response: ServerResponse, value: unknown): void {
  const text = JSON.stringify(value)
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) })
  response.end(text)
}

type Asked = { readonly path: string; readonly packages: Map<string, Published[]>; readonly url: string }

function answer({ path, packages, url }: Asked, request: IncomingMessage, response: ServerResponse): void {
  const [, name = '', file] = /^\/((?:@[^/]+\/)?[^/]+)(?:\/-\/(.+)\.tgz)?$/.exec(path) ?? []
  const versions = packages.get(name)
  const found = versions?.find(({ version }) => file?.endsWith(`-${version}`))
  if (versions === undefined || (file !== undefined && found === undefined)) {
    response.writeHead(404, { 'content-type': 'application/json' }).end('{"error":"not found"}')
  } else if (found !== undefined) {
    const bytes = tarballOf(name, found)
    response.writeHead(200, { 'content-length': bytes.length }).end(bytes)
  } else {
    const document = packumentOf(name, versions, url)
    const etag = `"${createHash('sha1').update(JSON.stringify(document)).digest('hex')}"`
    if (request.headers['if-none-match'] === etag) response.writeHead(304, { etag }).end()
    else sendJson(response.setHeader('etag', etag), document)
  }
}

/** The packument that upstream has of these versions. */
export function packumentOf(name: string, versions: readonly Published[], url: string): Record<string, unknown> {
  const file = name.split('/').at(-1) ?? name
  const entries = versions.map((published) => {
    const bytes = tarballOf(name, published)
    const dist = {
      tarball: `${url}/${name}/-/${file}-${published.version}.tgz`,
      shasum: createHash('sha1').update(bytes).digest('hex'),
      integrity: `sha512-${createHash('sha512').update(bytes).digest('base64')}`,
    }
    return [published.version, { name, version: published.version, dist, ...published.manifest }] as const
  })
  const times = versions.flatMap(({ version, time = LONG_AGO }) => (time === null ? [] : [[version, time] as const]))
  return {
    _id: name,
    name,
    'dist-tags': { latest: versions.at(-1)?.version },
    versions: Object.fromEntries(entries),
    time: { created: LONG_AGO, modified: LONG_AGO, ...Object.fromEntries(times) },
  }
}

function tarballOf(name: string, { version, tarball }: Published): Buffer {
  return tarball ?? packTarball({ name, version })
}

/** A package of one file, as `npm pack` makes it: POSIX ustar, gzip. */
export function packTarball(manifest: Readonly<Record<string, unknown>>): Buffer {
  const content = Buffer.from(JSON.stringify(manifest))
  const header = Buffer.alloc(512)
  const octal = (value: number, length: number): string => `${value.toString(8).padStart(length - 1, '0')}\0`
  header.write('package/package.json', 0)
  header.write(octal(0o644, 8) + octal(0, 8) + octal(0, 8) + octal(content.length, 12) + octal(0, 12), 100)
  header.write(' '.repeat(8), 148)
  header.write('0', 156)
  header.write('ustar\x0000', 257)
  header.write(
    octal(
      header.reduce((sum, byte) => sum + byte, 0),
      7,
    ),
    148,
  )
  const padding = Buffer.alloc((512 - (content.length % 512)) % 512)
  return gzipSync(Buffer.concat([header, content, padding, Buffer.alloc(1024)]))
}
