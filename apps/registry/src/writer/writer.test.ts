import { readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { RequestListener } from 'node:http'
import { createServer as createTcpServer } from 'node:net'
import type { Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { createFolder, listenOnFreePort, startProcess } from '@mochi/testing'
import type { Folder } from '@mochi/testing'
import { describe, expect, test } from 'vitest'
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

test('who stops while it becomes the writer is none, and its successor is', async () => {
  await using folder = await createFolder()
  const swept = Promise.withResolvers<undefined>()
  await using first = await serve(folder.path, 'first', { onWriter: () => swept.promise })
  await using second = await serve(folder.path, 'second')
  const becoming = first.writer.become()
  const released = first.writer.release({ hasSuccessor: true })
  swept.resolve(undefined)
  await released

  expect([await becoming, first.writer.isWriter]).toEqual([false, false])
  expect(await second.ask('b')).toBe('second got b')
})

test('who cannot say where it listens does not write, leaves nothing open, and tries again later', async () => {
  await using folder = await createFolder({ 'writer.json/in-the-way': '' })
  const faults: unknown[] = []
  await using first = await serve(folder.path, 'first', { onFault: (error) => faults.push(error), patience: Infinity })
  const before = listening()

  expect(await first.writer.become()).toBe(false)
  expect(JSON.parse(await first.ask('a'))).toMatchObject({ code: 'REGISTRY_NO_WRITER' })
  expect(faults).toMatchObject([{ code: 'EISDIR' }])
  expect(listening()).toBe(before)
  await rm(folder.join('writer.json'), { recursive: true })
  await expect.poll(() => first.ask('a'), { timeout: 10_000 }).toBe('first got a')
})

describe('a writer that ends while it answers', () => {
  test('is 503 for what may have been done', async () => {
    await using folder = await createFolder()
    await using writer = await startBroken(folder, (socket) => socket.destroy())
    await using reader = await serve(folder.path, 'reader', { patience: Infinity })
    const answer = await fetch(reader.url, { method: 'PUT', body: 'a' })

    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '1'])
    expect(writer.lock.isHeld).toBe(true)
  })

  test('is followed by the next, which answers what reads', async () => {
    await using folder = await createFolder()
    await using writer = await startBroken(folder, (socket) => {
      socket.destroy()
      writer.lock.release()
    })
    await using reader = await serve(folder.path, 'reader', { patience: Infinity })

    expect(await (await fetch(reader.url)).text()).toBe('reader got ')
  })

  test('or says nothing is not waited for without an end', async () => {
    await using folder = await createFolder()
    await using _writer = await startBroken(folder, () => undefined)
    await using reader = await serve(folder.path, 'reader', { patience: Infinity, silence: 20 })

    expect(JSON.parse(await reader.ask('a'))).toMatchObject({ code: 'REGISTRY_NO_WRITER' })
  })
})

/** A writer that does this with who asks it, in place of an answer. */
async function startBroken(folder: Folder, onAsked: (socket: Socket) => void) {
  const lock = new WriterLock(folder.path)
  lock.take()
  const server = createTcpServer((socket) => {
    socket.on('error', () => undefined).once('data', () => onAsked(socket))
  })
  const listens = await listenOnFreePort(server)
  await folder.write({ 'writer.json': JSON.stringify({ port: listens.port, key: 'key' }) })
  return {
    lock,
    [Symbol.asyncDispose]: async () => {
      lock.release()
      await listens[Symbol.asyncDispose]()
    },
  }
}

function listening(): number {
  return process.getActiveResourcesInfo().filter((name) => name === 'TCPServerWrap').length
}

async function serve(data: string, name: string, hooks: Partial<Omit<WriterOptions, 'data' | 'answer'>> = {}) {
  const answer: RequestListener = (request, response) => {
    response.statusMessage = `by ${name}`
    void text(request).then((body) => response.end(`${name} got ${body}`))
  }
  const writer = new Writer({ data, answer, onWriter: () => Promise.resolve(), onFault: () => undefined, ...hooks })
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
