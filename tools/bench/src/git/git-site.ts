import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createFolder, isolatedEnvironment, listenOnFreePort, runProcess, startProcess } from '@mochi/testing'
import { makeHistory, makeNews } from './made-history.ts'
import type { HistorySizes } from './made-history.ts'

/** A repository that was made, and git's own daemon that serves it on loopback. It ends with the block. */
export type GitSite = AsyncDisposable & {
  readonly url: string
  /** Bytes of its pack. */
  readonly bytes: number
  /** A path in a folder of the benchmark. */
  readonly folder: (name: string) => string
  /** Runs git, or rejects with what it said. */
  readonly git: (...args: readonly string[]) => Promise<string>
  /** Adds one commit to main. */
  readonly addNews: () => Promise<void>
}

export async function createGitSite(sizes: HistorySizes): Promise<GitSite> {
  await using started = new AsyncDisposableStack()
  const folder = started.use(await createFolder())
  const env = { ...isolatedEnvironment(folder.path), GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' }
  const path = folder.join('up.git')
  const git = async (...args: readonly string[]): Promise<string> => {
    const { code, stdout, stderr } = await runProcess('git', args, { env })
    if (code !== 0) throw new Error(`git ${args.join(' ')}: ${stderr}`)
    return stdout
  }
  const add = async (parts: Iterable<string>): Promise<void> => {
    const child = spawn('git', [`--git-dir=${path}`, 'fast-import', '--quiet'], {
      env,
      stdio: ['pipe', 'ignore', 'inherit'],
    })
    const ended = once(child, 'exit')
    await pipeline(Readable.from(parts), child.stdin)
    const [code] = (await ended) as [number]
    if (code !== 0) throw new Error('git fast-import has failed')
  }
  await git('init', '--quiet', '--bare', '--initial-branch=main', path)
  await add(makeHistory(sizes))
  await git(`--git-dir=${path}`, 'repack', '-adq')
  const port = await findFreePort()
  const options = ['--reuseaddr', '--export-all', '--listen=127.0.0.1', `--port=${port}`, `--base-path=${folder.path}`]
  const daemon = started.use(startProcess('git', ['daemon', '--verbose', ...options], { env }))
  await daemon.waitFor('Ready to rumble')
  const size = /size-pack: (\d+)/.exec(await git(`--git-dir=${path}`, 'count-objects', '-v'))
  const state = { news: sizes.commits }
  const all = started.move()
  return {
    url: `git://127.0.0.1:${port}/up.git`,
    bytes: Number(size?.[1] ?? 0) * 1_024,
    folder: (name) => folder.join(name),
    git,
    addNews: () => add([makeNews((state.news += 1))]),
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  }
}

/** Git's daemon does not say which port it was given. */
async function findFreePort(): Promise<number> {
  await using listening = await listenOnFreePort(createServer())
  return listening.port
}
