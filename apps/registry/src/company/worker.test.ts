import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { createFolder } from '@mochi/testing'
import { expect, test } from 'vitest'
import { startCompany, WHO } from './company.fixture.ts'
import { formatCaller } from './internal-caller.ts'
import { ask } from './publish.fixture.ts'
import { THREAD, workerFile } from './worker.ts'
import type { WorkerMessage, WorkerOptions } from './worker.ts'

test('the port of the thread answers whoever knows its secret, and nobody else', async () => {
  await using folder = await createFolder()
  const rules = { scopes: ['@acme'], bodyLimit: 1_000, unpublishWithin: 0 }
  const workerData: WorkerOptions = { thread: THREAD, folder: folder.path, rules, secret: 'of-this-start' }
  await using thread = new Worker(workerFile, { workerData, execArgv: [] })
  const [message] = (await once(thread, 'message')) as [WorkerMessage]
  const port = message.kind === 'listening' ? message.port : 0
  const reader = WHO['reader'] ?? { name: '', group: 'read' }
  const statusFor = async (authorization?: string) => {
    const headers = authorization === undefined ? {} : { authorization }
    return (await fetch(`http://127.0.0.1:${port}/@acme/a`, { headers })).status
  }

  expect(await statusFor(formatCaller('of-this-start', reader))).toBe(404)
  expect(await statusFor(formatCaller('of-the-start-before', reader))).toBe(401)
  expect(await statusFor('Bearer reader')).toBe(401)
  expect(await statusFor()).toBe(401)
})

test('what the thread puts right at its start stands in the log of the registry', async () => {
  await using company = await startCompany()
  await company.folder.write({ 'company/storage/@acme/a/a-3.0.0.tgz': 'x' })

  expect((await ask(company.url, '/@acme/a')).status).toBe(404)
  expect(company.lines).toEqual(['warn @acme/a: removed a-3.0.0.tgz, which belongs to no version'])
})

test('a folder that cannot be made ends the thread, and the log says where', async () => {
  await using company = await startCompany()
  await company.folder.write({ company: 'is no folder' })

  expect((await ask(company.url, '/@acme/a')).status).toBe(503)
  expect(await company.ended.waitForCount(1)).toBeDefined()
  expect(company.lines.join()).toMatch(/the thread of the company's packages failed: .*company/)
})
