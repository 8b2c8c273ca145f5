import { createHash } from 'node:crypto'

export type Sending = {
  /** The bytes of the tarball; no client looks into it here. */
  readonly bytes?: string
  readonly tags?: Readonly<Record<string, string>>
  /** Over what the manifest says. */
  readonly manifest?: Readonly<Record<string, unknown>>
  /** Over what is beside it in the body. */
  readonly rest?: Readonly<Record<string, unknown>>
}

/** What a client sends to publish a version. */
export function publishBody(name: string, version: string, { bytes = `${name}@${version}`, ...more }: Sending = {}) {
  const file = `${name.slice(name.indexOf('/') + 1)}-${version}.tgz`
  const data = Buffer.from(bytes)
  return {
    _id: name,
    name,
    'dist-tags': more.tags ?? { latest: version },
    versions: { [version]: { name, version, dist: distOf(bytes, file), ...more.manifest } },
    _attachments: {
      [`${name.split('/')[0] ?? ''}/${file}`]: {
        content_type: 'application/octet-stream',
        data: data.toString('base64'),
        length: data.length,
      },
    },
    ...more.rest,
  }
}

export function distOf(bytes: string, file: string) {
  return {
    tarball: `http://127.0.0.1/x/-/${file}`,
    integrity: `sha512-${createHash('sha512').update(bytes).digest('base64')}`,
    shasum: createHash('sha1').update(bytes).digest('hex'),
  }
}

export type Answer = { readonly status: number; readonly body: Record<string, unknown>; readonly text: string }

/** One request, as a client of this token makes it. */
export async function ask(
  url: string,
  path: string,
  {
    token,
    body,
    method = body === undefined ? 'GET' : 'PUT',
  }: { token?: string; body?: unknown; method?: string } = {},
): Promise<Answer> {
  const response = await fetch(`${url}${path}`, {
    method,
    headers: {
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  return { status: response.status, text, body: asJson(text) }
}

function asJson(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>
  } catch {
    return {}
  }
}

export function publish(
  url: string,
  name: string,
  version: string,
  sending: Sending & { token?: string } = {},
): Promise<Answer> {
  const { token = 'publisher' } = sending
  return ask(url, `/${name.replace('/', '%2f')}`, { token, body: publishBody(name, version, sending) })
}
