import { randomBytes } from 'node:crypto'
import { readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createFolder } from '@mochi/testing'
import { describe, expect, test } from 'vitest'
import { startGit } from './git.fixture.ts'
import type { TestGit } from './git.fixture.ts'
import { startUpstream } from './upstream.fixture.ts'
import type { Upstream } from './upstream.fixture.ts'

async function reasonOf(git: TestGit): Promise<string> {
  const [result] = (await git.sync()).results
  return result?.faults[0]?.reason ?? 'no fault'
}

/** Nothing of what was refused is left, and what was held is. */
async function expectUntouched(git: TestGit, tip: string): Promise<void> {
  expect(await readdir(join(git.data, 'quarantine'))).toEqual([])
  expect((await git.held('up', 'for-each-ref', '--format=%(objectname)', 'refs/heads/main')).stdout).toBe(`${tip}\n`)
  expect(await git.held('up', 'fsck', '--no-dangling')).toMatchObject({ code: 0 })
}

async function start(settings: Record<string, string> = {}) {
  const upstream = await startUpstream()
  const tip = await upstream.commit('main', 'first')
  const git = await startGit({ repositories: { up: upstream.url }, settings })
  await git.sync()
  return {
    upstream,
    tip,
    git,
    [Symbol.asyncDispose]: async () => {
      await git[Symbol.asyncDispose]()
      await upstream[Symbol.asyncDispose]()
    },
  }
}

/** A branch with a tree that git itself would not write. */
async function commitTree(upstream: Upstream, entry: string): Promise<void> {
  await using folder = await createFolder()
  const blob = await upstream.run(['hash-object', '-w', '--stdin'], 'x')
  await writeFile(folder.join('tree'), Buffer.concat([Buffer.from(entry), Buffer.from(blob, 'hex')]))
  const tree = await upstream.run(['hash-object', '-t', 'tree', '--literally', '-w', folder.join('tree')])
  const by = 'a <a@example.com> 1767225600 +0000'
  const text = `tree ${tree}\nauthor ${by}\ncommitter ${by}\n\nodd\n`
  const commit = await upstream.run(['hash-object', '-t', 'commit', '-w', '--stdin'], text)
  await upstream.run(['update-ref', 'refs/heads/odd', commit])
}

describe('an upstream is refused, and ours stays as it was,', () => {
  test('whose pack is larger than a repository may be', async () => {
    await using rig = await start({ GIT_REPOSITORY_LIMIT: '3' })
    for (let index = 0; index < 6; index += 1)
      await rig.upstream.commit('main', randomBytes(1_000_000).toString('base64'), { file: `large-${index}` })

    expect(await reasonOf(rig.git)).toMatch(/^it would use \d+ MB or more, and repositoryLimit is 3 MB$/)
    await expectUntouched(rig.git, rig.tip)
  })

  test('that has more branches than are allowed', async () => {
    await using rig = await start({ GIT_REF_LIMIT: '10' })
    const orders = Array.from({ length: 11 }, (_, index) => `create refs/heads/b${index} ${rig.tip}\n`)
    await rig.upstream.run(['update-ref', '--stdin'], orders.join(''))

    expect(await reasonOf(rig.git)).toBe('upstream has 12 branches and tags, and refLimit is 10')
    await expectUntouched(rig.git, rig.tip)
  })

  test('that never ends to list refs', async () => {
    await using rig = await start({ GIT_MEMORY_LIMIT: '80' })
    const left = Promise.withResolvers<undefined>()
    rig.upstream.play((_request, response) => {
      response.once('close', () => left.resolve(undefined))
      response.writeHead(200, { 'content-type': 'application/x-git-upload-pack-advertisement' })
      const line = (text: string) => `${(text.length + 4).toString(16).padStart(4, '0')}${text}`
      response.write(`${line('# service=git-upload-pack\n')}0000${line(`${rig.tip} HEAD\0 agent=x\n`)}`)
      const more = (number: number): void => {
        const lines = Array.from({ length: 1_000 }, (_, index) => line(`${rig.tip} refs/heads/x${number + index}\n`))
        if (!response.destroyed) response.write(lines.join(''), () => setImmediate(more, number + 1_000))
      }
      more(0)
      return true
    })

    expect(await reasonOf(rig.git)).toBe('git wants more memory for it than 80 MB (memoryLimit)')
    await left.promise
    await expectUntouched(rig.git, rig.tip)
  })

  test.each([
    ['.git', '100644 .git\0'],
    ['.GIT', '100644 .GIT\0'],
    ['..', '100644 ..\0'],
  ])('that has %s in a path', async (_name, entry) => {
    await using rig = await start()
    await commitTree(rig.upstream, entry)
    const before = rig.upstream.asked.length

    expect(await reasonOf(rig.git)).toMatch(/hasDot/)
    expect(rig.upstream.asked.slice(before).filter((line) => line.includes('info/refs'))).toHaveLength(2)
    await expectUntouched(rig.git, rig.tip)
  })

  test('that leads elsewhere', async () => {
    await using rig = await start()
    await using other = await startUpstream()
    await other.commit('main', 'of somebody else')
    rig.upstream.play((request, response) => {
      response.writeHead(302, { location: `${other.origin}${request.url}` }).end()
      return true
    })

    expect(await reasonOf(rig.git)).toMatch(/302|redirect/)
    expect(other.asked).toEqual([])
    await expectUntouched(rig.git, rig.tip)
  })

  test('that stalls in the middle of a pack', async () => {
    await using rig = await start({ GIT_LOWEST_SPEED: '1000', GIT_STALL_SECONDS: '1' })
    await rig.upstream.commit('main', 'second')
    rig.upstream.play((request, response) => {
      if (request.method !== 'POST') return false
      response.writeHead(200, { 'content-type': 'application/x-git-upload-pack-result' }).write('0032')
      return true
    })

    expect(await reasonOf(rig.git)).toMatch(/too slow|Operation/)
    await expectUntouched(rig.git, rig.tip)
  })

  test('that dies in the middle of a pack', async () => {
    await using rig = await start()
    await rig.upstream.commit('main', 'second')
    rig.upstream.play((request, response) => {
      if (request.method !== 'POST') return false
      response.writeHead(200, { 'content-type': 'application/x-git-upload-pack-result' }).write('000dpackfile\n0')
      setImmediate(() => response.destroy())
      return true
    })

    expect(await reasonOf(rig.git)).not.toBe('no fault')
    await expectUntouched(rig.git, rig.tip)
    rig.upstream.play(() => false)
    expect(await reasonOf(rig.git)).toBe('no fault')
  })

  test('that lists what it cannot give', async () => {
    await using rig = await start()
    const tip = await rig.upstream.commit('topic', 'a commit without its parent')
    await rig.upstream.run(['update-ref', 'refs/heads/topic', await rig.upstream.commit('topic', 'on top of it')])
    await rig.upstream.run(['unpack-objects', '-q'], '').catch(() => undefined)
    const objects = join(rig.upstream.path, 'objects')
    await rm(join(objects, tip.slice(0, 2), tip.slice(2)), { force: true })
    for (const name of await readdir(join(objects, 'pack'))) await rm(join(objects, 'pack', name))

    expect(await reasonOf(rig.git)).not.toBe('no fault')
    await expectUntouched(rig.git, rig.tip)
  })
})
