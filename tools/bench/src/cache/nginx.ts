import { spawnSync } from 'node:child_process'
import { mkdir } from 'node:fs/promises'
import { createServer } from 'node:net'
import { userInfo } from 'node:os'
import { createFolder, listenOnFreePort, startProcess } from '@mochi/testing'
import { timeAnswer } from '../swap/answer.ts'
import { childrenOf } from './processor-time.ts'

/** Files below a URL, read and written by nginx. It ends with the block. */
export type Nginx = AsyncDisposable & {
  readonly url: string
  /** Where the file of `<url>/<name>` stands. */
  readonly file: (name: string) => string
  /** The processes that serve. */
  readonly pids: readonly number[]
}

/** Why nginx cannot be measured here; undefined when it can. */
export function findNginxFault(env = withSystemPrograms()): string | undefined {
  const { error, stderr } = spawnSync('nginx', ['-V'], { encoding: 'utf8', env })
  if (error !== undefined) return 'It needs `nginx` (Debian: `apt-get install nginx-light`).'
  return stderr.includes('http_dav_module') ? undefined : 'This nginx has no module for PUT (http_dav_module).'
}

type NginxConfig = { readonly folder: string; readonly port: number; readonly user: string | undefined }

/** As Debian configures it (workers, sendfile, tcp_nopush), without a log of requests, and with PUT. */
export function formatNginxConfig({ folder, port, user }: NginxConfig): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
  return [
    ...(user === undefined ? [] : [`user ${user};`]),
    'daemon off;',
    'worker_processes auto;',
    `pid ${folder}/nginx.pid;`,
    `error_log ${folder}/error.log;`,
    'events { worker_connections 768; }',
    'http {',
    ...['access_log off;', 'sendfile on;', 'tcp_nopush on;', 'types_hash_max_size 2048;'].map((line) => `  ${line}`),
    '  client_max_body_size 100m;',
    ...temporary.map((name) => `  ${name}_temp_path ${folder}/tmp-${name};`),
    `  server { listen 127.0.0.1:${port}; root ${folder}/files; location / { dav_methods PUT; } }`,
    '}',
    '',
  ].join('\n')
}

export async function startNginx(): Promise<Nginx> {
  await using started = new AsyncDisposableStack()
  const folder = started.use(await createFolder())
  await mkdir(folder.join('files'))
  const port = await findFreePort()
  // Only root may say it, and root's workers could not read the folder otherwise.
  const user = userInfo().uid === 0 ? 'root' : undefined
  await folder.write({ 'nginx.conf': formatNginxConfig({ folder: folder.path, port, user }), 'files/ready': 'ready' })
  const args = ['-e', folder.join('error.log'), '-c', folder.join('nginx.conf')]
  const nginx = started.use(startProcess('nginx', args, { env: withSystemPrograms() }))
  const url = `http://127.0.0.1:${port}`
  await Promise.race([timeAnswer(`${url}/ready`), nginx.waitFor('what it never says')])
  const all = started.move()
  return {
    url,
    file: (name) => folder.join('files', name),
    pids: childrenOf(nginx.pid),
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  }
}

/** For what takes no port 0. */
export async function findFreePort(): Promise<number> {
  await using listening = await listenOnFreePort(createServer())
  return listening.port
}

/** Debian puts it where only root's PATH leads. */
function withSystemPrograms(): NodeJS.ProcessEnv {
  return { ...process.env, PATH: `${process.env['PATH'] ?? ''}:/usr/sbin` }
}
