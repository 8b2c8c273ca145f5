import { expect, test } from 'vitest'
import { findHost, startHost } from './host.ts'
import type { Question } from './messages.ts'

const question: Question = { kind: 'finish', run: 'none', results: { tasks: [] } }

test('a process has one relay, whoever asks', async () => {
  expect(findHost()).toBe(findHost())
  expect(await findHost()(question)).toMatchObject({ kind: 'finished', account: undefined })
})

test('questions to a relay whose thread has ended fail, and the process goes on', async () => {
  const ended = Promise.withResolvers<unknown>()
  const ask = startHost(new URL('ending-worker.fixture.ts', import.meta.url), () => ended.resolve(undefined))

  const answers = await Promise.allSettled([ask(question), ask(question)])
  expect(answers.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  await ended.promise
})

test('a question that cannot be answered says why', async () => {
  const settings = {
    url: 'no address',
    token: '',
    revision: undefined,
    proxies: {},
    mayWrite: false,
    isOfCi: false,
    compare: 0,
    reproducible: [],
  }
  const reply = await findHost()({ kind: 'open', run: 'one', settings })

  expect(reply).toMatchObject({ kind: 'failed', reason: expect.stringContaining('Invalid URL') as string })
})
