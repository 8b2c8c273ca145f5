import { randomBytes } from 'node:crypto'
import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createFolder, onSmallDisk, requireSmallDisk } from '@mochi/testing'
import { expect, test } from 'vitest'
import { startGit } from './git.fixture.ts'
import { startServer } from './server.fixture.ts'
import { startUpstream } from './upstream.fixture.ts'

test('of two runs at once one is refused, also by another process over the same folder', async () => {
  await using upstream = await startUpstream()
  await upstream.commit('main', 'first')
  await using folder = await createFolder()
  await using first = await startGit({ repositories: { up: upstream.url }, folder: folder.join('data') })
  await using second = await startServer({ data: folder.join('data'), url: upstream.url })
  const asked = Promise.withResolvers<undefined>()
  const goOn = Promise.withResolvers<undefined>()
  upstream.play(async () => {
    asked.resolve(undefined)
    await goOn.promise
    return false
  })
  const running = first.sync()
  await asked.promise
  const answers = await Promise.all(
    [first, second.client].map((one) => one.ask('/-/mochi/mirror/sync', { method: 'POST' })),
  )

  expect(answers.map(({ status }) => status)).toEqual([409, 409])
  goOn.resolve(undefined)
  expect((await running).results).toMatchObject([{ failed: 0 }])
  expect((await second.client.status()).sources).toMatchObject([{ last: { failed: 0 } }])
})

test('what killed processes left is swept at the start', async () => {
  await using upstream = await startUpstream()
  await upstream.commit('main', 'first')
  await using folder = await createFolder()
  const options = { repositories: { up: upstream.url }, folder: folder.join('data') }
  {
    await using git = await startGit(options)
    await git.sync()
  }
  const repository = folder.join('data/repositories/up.git')
  await mkdir(folder.join('data/quarantine/left.git'), { recursive: true })
  const left = ['packed-refs.lock', 'HEAD.lock', 'objects/pack/tmp_pack_x', 'objects/pack/pack-abc.pack']
  for (const file of left) await writeFile(join(repository, file), 'half')
  await mkdir(join(repository, 'refs/heads'), { recursive: true })
  await writeFile(join(repository, 'refs/heads/main.lock'), '')
  await using git = await startGit(options)
  await upstream.commit('main', 'second')

  expect((await git.sync()).results).toMatchObject([{ failed: 0, fetched: 1 }])
  expect(await readdir(folder.join('data/quarantine'))).toEqual([])
  const files = await readdir(repository, { recursive: true })
  expect(files.filter((file) => file.endsWith('.lock') || left.includes(file))).toEqual([])
})

test.runIf(requireSmallDisk())(
  'a full disk fails a run as a whole, and what is held is served; with room again it goes on',
  async () => {
    await using upstream = await startUpstream()
    await upstream.commit('main', 'first')
    await using folder = await createFolder()
    await using server = await startServer({
      data: folder.join('data'),
      url: upstream.url,
      wrap: (command) => onSmallDisk({ folder: folder.path, size: '6m' }, command),
    })
    await server.client.sync()
    const first = await upstream.run(['rev-parse', 'main'])
    await upstream.commit('main', randomBytes(6_000_000).toString('base64'), { file: 'large' })
    const { results } = await server.client.sync()
    const answer = await server.client.ask('/up.git/info/refs?service=git-upload-pack')

    expect(results).toMatchObject([
      { failed: 1, faults: [{ reason: expect.stringMatching(/space|ENOSPC/) as string }] },
    ])
    expect([answer.status, await answer.text()]).toEqual([200, expect.stringContaining(`${first} refs/heads/main`)])
    await upstream.run(['update-ref', 'refs/heads/main', first])
    const next = await upstream.commit('main', 'small')
    expect((await server.client.sync()).results).toMatchObject([{ failed: 0 }])
    const after = await (await server.client.ask('/up.git/info/refs?service=git-upload-pack')).text()
    expect(after).toContain(`${next} refs/heads/main`)
  },
)
