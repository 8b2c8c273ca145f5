import { fork } from 'node:child_process'
import { createHash } from 'node:crypto'
import { lstat, readdir, readFile, readlink } from 'node:fs/promises'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { createFolder, createInbox, listenOnFreePort } from '@mochi/testing'

export type Unpacked = {
  /** What `inspectArchive` gives, of the files as they stand on disk. */
  readonly contents: string
  /** Names of files and links. */
  readonly names: readonly string[]
  /** Names of links that lead out of the folder. */
  readonly escapes: readonly string[]
}

/** Nx's own client beside a cache that holds one archive: what it unpacks, and what it packs. */
export type NxClient = AsyncDisposable & {
  /** A new folder's contents, or what the client throws, which would end a run of Nx. */
  unpack(archive: Buffer): Promise<Unpacked | { readonly thrown: string }>
  /** The archive that it uploads of the outputs in the folder `1` below this one. */
  pack(folder: string): Promise<Buffer>
}

type Answer = { readonly id: number; readonly thrown?: string }

export async function startNxClient(): Promise<NxClient> {
  await using stack = new AsyncDisposableStack()
  const held: { archive: Buffer } = { archive: Buffer.alloc(0) }
  const server = createServer((request, response) => {
    void (async () => {
      if (request.method === 'PUT') held.archive = await buffer(request)
      response.end(request.method === 'PUT' ? '' : held.archive)
    })()
  })
  const { url } = stack.use(await listenOnFreePort(server))
  const home = stack.use(await createFolder())
  const child = fork(join(import.meta.dirname, 'nx-client-program.fixture.ts'), {
    env: { HOME: home.path, NX_SELF_HOSTED_REMOTE_CACHE_SERVER: url },
    execArgv: [],
  })
  const ended = once(child, 'exit')
  stack.defer(async () => {
    child.kill('SIGKILL')
    await ended
  })
  const answers = createInbox<Answer>()
  child.on('message', (answer) => answers.push(answer as Answer))
  let asked = 0
  const ask = async (method: 'retrieve' | 'store', folder: string): Promise<Answer> => {
    const id = (asked += 1)
    child.send({ id, method, folder })
    const gone = ended.then(() => Promise.reject(new Error("Nx's client has ended.")))
    return await Promise.race([answers.waitFor((answer) => answer.id === id), gone])
  }
  const owned = stack.move()
  return {
    unpack: async (archive) => {
      held.archive = archive
      await using folder = await createFolder()
      const { thrown } = await ask('retrieve', folder.path)
      return thrown === undefined ? await readUnpacked(folder.join('1')) : { thrown }
    },
    pack: async (folder) => {
      const { thrown } = await ask('store', folder)
      if (thrown !== undefined) throw new Error(thrown)
      return held.archive
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

async function readUnpacked(root: string): Promise<Unpacked> {
  const lines: [name: string, line: string][] = []
  const escapes: string[] = []
  const read = async (folder: string): Promise<void> => {
    for (const entry of await readdir(join(root, folder), { withFileTypes: true })) {
      const name = join(folder, entry.name)
      const path = join(root, name)
      if (entry.isDirectory()) await read(name)
      else if (entry.isSymbolicLink()) {
        lines.push([name, JSON.stringify([name, 'link', await readlink(path)])])
        if (!(await staysInside(root, name))) escapes.push(name)
      } else {
        const isExecutable = ((await lstat(path)).mode & 0o100) !== 0
        const digest = createHash('sha256')
          .update(await readFile(path))
          .digest('hex')
        lines.push([name, JSON.stringify([name, isExecutable ? 'x' : '-', digest])])
      }
    }
  }
  await read('')
  lines.sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
  const text = lines.map(([, line]) => `${line}\n`).join('')
  return { contents: createHash('sha256').update(text).digest('hex'), names: lines.map(([name]) => name), escapes }
}

/** Follows a link part by part, as the system does, whether or not there is something at its end. */
async function staysInside(root: string, name: string): Promise<boolean> {
  const at: string[] = []
  const left = name.split('/')
  for (let steps = 0; left.length > 0 && steps < 1_000; steps += 1) {
    const part = left.shift() ?? ''
    if (part === '..' && at.pop() === undefined) return false
    if (part === '' || part === '.' || part === '..') continue
    const path = join(root, ...at, part)
    const found = await lstat(path).catch(() => undefined)
    if (found?.isSymbolicLink() !== true) at.push(part)
    else {
      const target = await readlink(path)
      if (target.startsWith('/')) return false
      left.unshift(...target.split('/'))
    }
  }
  return true
}
