import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createFolder, listenOnFreePort, runProcess } from '@mochi/testing'
import { Git } from './git/git.ts'
import { serveGit } from './serve/backend.ts'

/** What upstream does in place of its usual answer: true when it has. */
export type Trick = (request: IncomingMessage, response: ServerResponse) => boolean | Promise<boolean>

const AUTHOR = 'Ann <ann@example.com> 1767225600 +0000'

/** An upstream on loopback with one bare repository, `/up.git`, in which anything can be written. */
export async function startUpstream() {
  const folder = await createFolder()
  const path = folder.join('up.git')
  const run = gitIn(folder.path, path)
  await run(['init', '--quiet', '--bare', '--initial-branch=main', path])
  const state: { trick: Trick; readonly asked: string[] } = { trick: () => false, asked: [] }
  const stopping = new AbortController()
  const answers = new Set<Promise<void>>()
  const server = createServer((request, response) => {
    const answering = answer(request, response).catch(() => void response.destroy())
    answers.add(answering)
    void answering.then(() => answers.delete(answering))
  })
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    state.asked.push(`${request.method} ${request.url}`)
    if (await state.trick(request, response)) return
    await serveGit(request, response, {
      ...{ git: new Git(process.env), root: folder.path, path: (request.url ?? '').split('?')[0] ?? '', headers: {} },
      ...{ deadline: 60_000, stall: 60_000, signal: stopping.signal },
    })
  }
  const listening = await listenOnFreePort(server)
  return {
    url: `${listening.url}/up.git`,
    origin: listening.url,
    path,
    run,
    /** What was asked of it. */
    asked: state.asked,
    play: (trick: Trick) => (state.trick = trick),
    /** Writes a commit onto a branch, or in place of it; gives its id. */
    commit: async (branch: string, text: string, { parent = true, file = 'file' } = {}): Promise<string> => {
      const ref = `refs/heads/${branch}`
      const old = parent ? await run(['for-each-ref', '--format=%(objectname)', ref]) : ''
      const from = old === '' ? '' : `from ${old}\n`
      const data = (value: string) => `data ${Buffer.byteLength(value)}\n${value}\n`
      const change = `M 100644 inline ${file}\n${data(text)}`
      const stream = `commit refs/made/now\ncommitter ${AUTHOR}\n${data(text)}${from}${change}\n`
      await run(['fast-import', '--quiet', '--force'], `reset refs/made/now\n\n${stream}`)
      const oid = await run(['rev-parse', 'refs/made/now'])
      await run(['update-ref', '-d', 'refs/made/now'])
      await run(['update-ref', ref, oid])
      return oid
    },
    [Symbol.asyncDispose]: async () => {
      stopping.abort()
      await listening[Symbol.asyncDispose]()
      await Promise.all(answers)
      await folder[Symbol.asyncDispose]()
    },
  }
}

/** Runs git on a repository, whatever this machine has configured. */
function gitIn(home: string, path: string) {
  const env = { PATH: process.env['PATH'], HOME: home, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' }
  return async (args: readonly string[], input?: string): Promise<string> => {
    const options = { env, ...(input === undefined ? {} : { input }) }
    const { code, stdout, stderr } = await runProcess('git', [`--git-dir=${path}`, ...args], options)
    if (code !== 0) throw new Error(`git ${args.join(' ')}: ${stderr}`)
    return stdout.trim()
  }
}

export type Upstream = Awaited<ReturnType<typeof startUpstream>>
