import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { RequestListener } from 'node:http'
import { text } from 'node:stream/consumers'
import { createFolder, listenOnFreePort, startProcess } from '@mochi/testing'
import { expect, test } from 'vitest'
import { Writer } from './writer.ts'
import type { WriterOptions } from './writer.ts'
import { WriterLock } from './writer-lock.ts'

test('one of two processes writes, and answers for the other', async () => {
  await using folder = await createFolder()
  await using first = await serve(folder.path, 'first')
  await using second = await serve(folder.path, 'second')

  expect([await first.ask('a'), await second.ask('b')]).toEqual(['first got a', 'first got b'])
  expect([first.writer.isWriter, second.writer.isWriter]).toEqual([true, false])
})

test('what is passed on comes back with its status in the words of the writer', async () => {
  await using folder = await createFolder()
  await using first = await serve(folder.path, 'first')
  await using second = await serve(folder.path, 'second')
  await first.ask('a')

  expect((await fetch(second.url)).statusText).toBe('by first')
})

test('when the writer stops the other becomes it, with the next request', async () => {
  await using folder = await createFolder()
  await using first = await serve(folder.path, 'first')
  await using second = await serve(folder.path, 'second')
  await first.ask('a')
  await first.writer.release({ hasSuccessor: true })

  expect(await second.ask('b')).toBe('second got b')
  expect(await first.ask('c')).toBe('second got c')
})

test('who asks while the writer stops is answered by its successor, however long that takes to come', async () => {
  await using folder = await createFolder()
  await using first = await serve(folder.path, 'first', { patience: Infinity })
  await first.ask('a')
  await first.writer.release({ hasSuccessor: true })
  const asked = first.ask('b')
  await using second = await serve(folder.path, 'second')
  await second.ask('c')

  expect(await asked).toBe('second got b')
})

test('who asks while the writer stops and nobody follows hears so at once', async () => {
  await using folder = await createFolder()
  await using first = await serve(folder.path, 'first', { patience: Infinity })
  await first.ask('a')
  await first.writer.release({ hasSuccessor: false })

  expect(JSON.parse(await first.ask('b'))).toMatchObject({ code: 'REGISTRY_NO_WRITER' })
})

test('what the writer has to end has ended before another process is it', async () => {
  await using folder = await createFolder()
  const taken: boolean[] = []
  const onRelease = async () => {
    await readFile(folder.join('writer.json'))
    taken.push(new WriterLock(folder.path).take())
  }
  await using first = await serve(folder.path, 'first', { onRelease })
  await first.ask('a')
  await first.writer.release({ hasSuccessor: true })

  expect(taken).toEqual([false])
  await using second = await serve(folder.path, 'second')
  expect(await second.ask('b')).toBe('second got b')
})

test('a writer that was killed is followed by the next, without an operator', async () => {
  await using folder = await createFolder()
  const program = `
    import { WriterLock } from ${JSON.stringify(new URL('writer-lock.ts', import.meta.url).href)}
    console.log(new WriterLock(${JSON.stringify(folder.path)}).take())
    setInterval(() => undefined, 1000)`
  await using holder = startProcess(process.execPath, ['--input-type=module-typescript', '--eval', program])
  await holder.waitFor('true')
  expect(new WriterLock(folder.path).take()).toBe(false)

  holder.kill('SIGKILL')
  await holder.ended

  await using next = await serve(folder.path, 'next')
  expect(await next.ask('a')).toBe('next got a')
})

test('what is to be done first is done before anything is answered, and once', async () => {
  await using folder = await createFolder()
  const done: string[] = []
  await using server = await serve(folder.path, 'first', {
    onWriter: async () => {
      await Promise.resolve()
      done.push('swept')
    },
  })

  await Promise.all([server.ask('a'), server.ask('b'), server.ask('c')])

  expect(done).toEqual(['swept'])
})

test('nobody is answered who cannot read the data folder', async () => {
  await using folder = await createFolder()
  await using first = await serve(folder.path, 'first')
  await first.ask('a')

  const { port } = JSON.parse(await readFile(folder.join('writer.json'), 'utf8')) as { port: number }

  expect((await fetch(`http://127.0.0.1:${port}/a`)).status).toBe(403)
})

async function serve(data: string, name: string, hooks: Partial<Omit<WriterOptions, 'data' | 'answer'>> = {}) {
  const answer: RequestListener = (request, response) => {
    response.statusMessage = `by ${name}`
    void text(request).then((body) => response.end(`${name} got ${body}`))
  }
  const writer = new Writer({ data, answer, onWriter: () => Promise.resolve(), ...hooks })
  const listening = await listenOnFreePort(
    createServer((request, response) => {
      void writer.become().then((isWriter) => (isWriter ? answer(request, response) : writer.pass(request, response)))
    }),
  )
  return {
    writer,
    url: listening.url,
    ask: async (body: string) => (await fetch(listening.url, { method: 'PUT', body })).text(),
    [Symbol.asyncDispose]: async () => {
      await listening[Symbol.asyncDispose]()
      await writer.release({ hasSuccessor: false })
    },
  }
}
