import { createHash } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { join } from 'node:path'

export type UpstreamOptions = {
  /** What it has: a file for each path, as `fileOfPath` names it. */
  readonly folder: string
  /** A registry that is asked once for what is missing, until `SEAL` is asked for: from then on nothing leaves the machine. */
  readonly source?: string | undefined
}

export const SEAL = '/-/seal'

/** Stands in packuments for the address of whoever serves them. */
export const BASE = 'http://upstream.invalid'

export function fileOfPath(path: string): string {
  return encodeURIComponent(decodeURIComponent(path).slice(1))
}

/** A registry of files, which fetches what it lacks as long as it may. */
export function createUpstream({ folder, source }: UpstreamOptions): Server {
  const state = { source }
  const fetching = new Map<string, Promise<Buffer | undefined>>()
  const find = (path: string): Promise<Buffer | undefined> => {
    const file = join(folder, fileOfPath(path))
    const found = fetching.get(file) ?? read(file).then((bytes) => bytes ?? fetchOnce(state.source, path, file))
    fetching.set(file, found)
    return found.finally(() => fetching.delete(file))
  }
  return createServer((request, response) => {
    const { method, url: path = '' } = request
    if (path === SEAL) {
      state.source = undefined
      response.end('sealed')
    } else if (method === 'GET') {
      find(path).then(
        (bytes) => send(request, response, bytes),
        (error: unknown) => void response.writeHead(502).end(String(error)),
      )
    } else response.writeHead(405).end()
  })
}

function read(file: string): Promise<Buffer | undefined> {
  return readFile(file).catch(() => undefined)
}

async function fetchOnce(source: string | undefined, path: string, file: string): Promise<Buffer | undefined> {
  if (source === undefined) return undefined
  const response = await fetch(`${source.replace(/\/+$/, '')}${path}`, { headers: { accept: 'application/json, */*' } })
  if (response.status === 404) return undefined
  if (!response.ok) throw new Error(`${path}: the registry answered ${response.status}`)
  const bytes = isPackument(path) ? localize(await response.text()) : Buffer.from(await response.arrayBuffer())
  await writeFile(file, bytes)
  return bytes
}

/** A packument whose tarballs are where this upstream has them, wherever the registry has its own. */
export function localize(packument: string): Buffer {
  const parsed = JSON.parse(packument) as { name: string; versions?: Record<string, { dist: { tarball: string } }> }
  const unscoped = parsed.name.slice(parsed.name.indexOf('/') + 1)
  for (const [version, { dist }] of Object.entries(parsed.versions ?? {}))
    dist.tarball = `${BASE}/${parsed.name}/-/${unscoped}-${version}.tgz`
  return Buffer.from(JSON.stringify(parsed))
}

function isTarball(path: string): boolean {
  return path.endsWith('.tgz')
}

/** The rest is about a registry, such as the keys by which it signs. */
function isPackument(path: string): boolean {
  return !isTarball(path) && !path.startsWith('/-/')
}

function send({ url = '', headers }: IncomingMessage, response: ServerResponse, bytes: Buffer | undefined): void {
  if (bytes === undefined) {
    response.writeHead(404, { 'content-type': 'application/json' }).end('{"error":"not found"}')
  } else if (isTarball(url)) {
    response.writeHead(200, { 'content-type': 'application/octet-stream', 'content-length': bytes.length }).end(bytes)
  } else {
    const text = bytes.toString('utf8').replaceAll(BASE, `http://${headers.host}`)
    const etag = `"${createHash('sha1').update(text).digest('hex')}"`
    if (headers['if-none-match'] === etag) response.writeHead(304, { etag }).end()
    else response.writeHead(200, { 'content-type': 'application/json', etag }).end(text)
  }
}
