import { createServer } from 'node:http'
import { json } from 'node:stream/consumers'
import { listenOnFreePort } from '@mochi/testing'
import { expect, test } from 'vitest'
import { createPublisher } from './publisher.ts'

type Body = { name?: string; versions?: Record<string, unknown> }

/** A registry that takes what is published, until there are so many versions. */
async function startTaking({ most }: { most: number }) {
  const taken: string[] = []
  const server = createServer((request, response) => {
    void (json(request) as Promise<Body>).then((body) => {
      const isLogin = request.url?.startsWith('/-/user/') === true
      const [version] = Object.keys(body.versions ?? {})
      if (version !== undefined) taken.push(`${request.url} ${version} ${request.headers.authorization}`)
      response.writeHead(taken.length > most ? 503 : 201).end(isLogin ? '{"token":"secret"}' : '{}')
    })
  })
  return { ...(await listenOnFreePort(server)), taken }
}

test('one version after the other is published as long as the work goes on', async () => {
  await using registry = await startTaking({ most: Infinity })
  const publisher = await createPublisher(registry.url, '@some/part')
  const { result, published } = await publisher.during(async () => {
    while (registry.taken.length < 5) await new Promise(setImmediate)
    return 'done'
  })

  expect(result).toBe('done')
  expect(published).toBe(registry.taken.length - 1)
  expect(registry.taken.slice(0, 3)).toEqual([1, 2, 3].map((n) => `/@some%2fpart 1.0.${n} Bearer secret`))
})

test('a version that is not taken ends the measurement', async () => {
  await using registry = await startTaking({ most: 2 })
  const publisher = await createPublisher(registry.url, '@some/part')
  await expect(publisher.during(() => new Promise(() => undefined))).rejects.toThrow('was answered with 503')
})
