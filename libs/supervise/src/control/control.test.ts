import { once } from 'node:events'
import { mkdir, stat, symlink, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { createFolder } from '@mochi/testing'
import { describe, expect, test } from 'vitest'
import { launch } from '../testing/launch.ts'
import { askLauncher, askOnSocket } from './client.ts'
import { serveLines } from './line-server.ts'
import { controlPath } from './path.ts'
import { serveControl } from './server.ts'

describe.concurrent('A launcher’s control socket', () => {
  test('tells the status, starts, restarts and stops, and answers when it is done', async () => {
    await using launched = await launch()
    const path = launched.folder.join('launcher/control')
    await using _control = await serveControl(path, launched.launcher)
    expect((await askLauncher(path, { do: 'status' })).status).toMatchObject({ name: 'fixture', phase: 'down' })
    const started = await askLauncher(path, { do: 'start' })
    expect(started).toMatchObject({ status: { phase: 'running' } })
    expect(await askLauncher(path, { do: 'start' })).toEqual(started)
    const restarted = await askLauncher(path, { do: 'restart' })
    expect(restarted.status.pid).not.toBe(started.status.pid)
    expect((await askLauncher(path, { do: 'stop' })).status).toMatchObject({ phase: 'down', lastExit: { code: 0 } })
    expect((await askLauncher(path, { do: 'restart' })).status.phase).toBe('running')
    expect((await askLauncher(path, { do: 'kill' })).status.lastExit).toMatchObject({ signal: 'SIGKILL' })
  })

  test('answers everybody who waits for the same start', async () => {
    await using launched = await launch()
    const path = launched.folder.join('launcher/control')
    await using _control = await serveControl(path, launched.launcher)
    launched.launcher.start()
    const answers = await Promise.all([askLauncher(path, { do: 'start' }), askLauncher(path, { do: 'start' })])
    expect(answers.map(({ status }) => status.phase)).toEqual(['running', 'running'])
  })

  test('says why a start came to nothing', async () => {
    await using launched = await launch({ manner: 'crashes' })
    const path = launched.folder.join('launcher/control')
    await using _control = await serveControl(path, launched.launcher)
    expect((await askLauncher(path, { do: 'start' })).failed).toBe('it ended before it was ready')
  })

  test('can be opened by its owner only', async () => {
    await using launched = await launch()
    const path = launched.folder.join('launcher/control')
    await using _control = await serveControl(path, launched.launcher)
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    expect((await stat(launched.folder.join('launcher'))).mode & 0o777).toBe(0o700)
  })

  test('refuses to take the place of one that answers, and takes that of one that died', async () => {
    await using launched = await launch()
    const path = launched.folder.join('launcher/control')
    await mkdir(launched.folder.join('launcher'))
    await writeFile(path, '')
    await using _control = await serveControl(path, launched.launcher)
    await expect(serveControl(path, launched.launcher)).rejects.toMatchObject({ code: 'SUPERVISE_ALREADY_RUNS' })
  })

  test('says that nobody is there', async () => {
    await using folder = await createFolder()
    await expect(askLauncher(folder.join('control'), { do: 'status' })).rejects.toMatchObject({
      code: 'SUPERVISE_NOT_RUNNING',
    })
  })

  test('says what went wrong in an answer, and goes on', async () => {
    await using folder = await createFolder()
    const answers = [() => Promise.reject(new Error('no room')), () => Promise.resolve({ done: true })]
    await using _server = await serveLines(folder.join('control'), () => answers.shift()?.() ?? Promise.resolve({}))
    expect(await askOnSocket(folder.join('control'), {})).toEqual({ failed: 'no room' })
    expect(await askOnSocket(folder.join('control'), {})).toEqual({ done: true })
  })

  test('is not waited for longer than the client wants', async () => {
    await using folder = await createFolder()
    const path = folder.join('control')
    const answered = Promise.withResolvers<object>()
    await using _server = await serveLines(path, () => answered.promise)
    await expect(askOnSocket(path, {}, { deadline: 50 })).rejects.toMatchObject({ code: 'SUPERVISE_NO_ANSWER' })
    answered.resolve({})
  })

  test('goes on when a client has left before its answer', async () => {
    await using folder = await createFolder()
    const path = folder.join('control')
    const asked = Promise.withResolvers<undefined>()
    const left = Promise.withResolvers<object>()
    const answers = [() => (asked.resolve(undefined), left.promise), () => Promise.resolve({ done: true })]
    await using _server = await serveLines(path, () => answers.shift()?.() ?? Promise.resolve({}))
    const client = connect(path)
    client.write('{}\n')
    await asked.promise
    client.destroy()
    await once(client, 'close')
    left.resolve({ long: 'x'.repeat(1_000_000) })
    expect(await askOnSocket(path, {})).toEqual({ done: true })
  })

  test('closes in the face of a client that stays and says nothing', async () => {
    await using folder = await createFolder()
    const server = await serveLines(folder.join('control'), () => Promise.resolve({}))
    const client = connect({ path: folder.join('control'), allowHalfOpen: true })
    await once(client, 'connect')
    await server[Symbol.asyncDispose]()
    client.destroy()
  })

  test('is trusted in a folder of this user’s only', async () => {
    await using folder = await createFolder({ 'real/x': '' })
    await using _server = await serveLines(folder.join('real/control'), () => Promise.resolve({}))
    await symlink(folder.join('real'), folder.join('link'))
    await expect(askOnSocket(folder.join('link/control'), {})).rejects.toMatchObject({
      code: 'SUPERVISE_FOLDER_OF_OTHERS',
    })
  })

  test('answers to nonsense that it is none, and goes on', async () => {
    await using launched = await launch()
    const path = launched.folder.join('launcher/control')
    await using _control = await serveControl(path, launched.launcher)
    const socket = connect(path)
    socket.end('hello\n{"do":"everything"}\n{"do":"status"}\n')
    const answers = (await text(socket)).trim().split('\n')
    expect(answers.map((line) => (JSON.parse(line) as { failed?: string }).failed)).toEqual([
      'the request is not understood',
      'the request is not understood',
      undefined,
    ])
  })

  test('stands in the service directory, or where its path is short enough', () => {
    const place = { temporary: '/tmp', uid: 501 }
    expect(controlPath('/p/var/service/hello', place)).toBe('/p/var/service/hello/launcher/control')
    const long = `/${'x'.repeat(100)}`
    expect(controlPath(long, place)).toMatch(/^\/tmp\/mochi-501\/[0-9a-f]{16}$/)
    expect(controlPath(long, place)).not.toBe(controlPath(`${long}y`, place))
  })
})
