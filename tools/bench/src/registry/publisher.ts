import { randomBytes } from 'node:crypto'
import { distOf } from './made-package.ts'

/** One client that publishes new versions of one package. */
export type Publisher = {
  /** Publishes one after the other until `work` has ended, and says how many. */
  readonly during: <T>(work: () => Promise<T>) => Promise<{ readonly result: T; readonly published: number }>
}

const SIZE = 10_000

/** Logs in as somebody new, and publishes a first version. Throws where the registry refuses that. */
export async function createPublisher(url: string, name: string): Promise<Publisher> {
  const headers = { authorization: `Bearer ${await logIn(url)}` }
  let count = 0
  const publish = (): Promise<unknown> =>
    put(`${url}/${name.replace('/', '%2f')}`, bodyOf(name, `1.0.${++count}`), headers)
  await publish()
  return {
    during: async (work) => {
      const before = count
      const state = { isOver: false }
      const working = work().finally(() => {
        state.isOver = true
      })
      const publishing = async (): Promise<void> => {
        while (!state.isOver) await publish()
      }
      const [result] = await Promise.all([working, publishing()])
      return { result, published: count - before }
    },
  }
}

async function logIn(url: string): Promise<string> {
  const name = `bench-${randomBytes(6).toString('hex')}`
  const body = { name, password: randomBytes(12).toString('hex'), type: 'user' }
  const { token } = (await put(`${url}/-/user/org.couchdb.user:${name}`, body)) as { token: string }
  return token
}

async function put(url: string, body: object, headers: Record<string, string> = {}): Promise<unknown> {
  const response = await fetch(url, {
    method: 'PUT',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })
  const text = await response.text()
  if (response.status !== 201) throw new Error(`PUT ${url} was answered with ${response.status}: ${text}`)
  return JSON.parse(text)
}

/** As clients send it. */
function bodyOf(name: string, version: string): object {
  const bytes = randomBytes(SIZE)
  const file = `${name.slice(name.indexOf('/') + 1)}-${version}.tgz`
  const attachment = { content_type: 'application/octet-stream', data: bytes.toString('base64'), length: SIZE }
  return {
    _id: name,
    name,
    'dist-tags': { latest: version },
    versions: { [version]: { name, version, dist: distOf(bytes, `http://upstream.invalid/${name}/-/${file}`) } },
    _attachments: { [`${name}-${version}.tgz`]: attachment },
  }
}
