import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { createFolder, runProcess, workspaceRoot } from '@mochi/testing'
import type { Folder } from '@mochi/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startArtifactServer } from './testing/artifact-server.ts'
import { createAuthority } from './testing/authority.ts'
import type { Authority } from './testing/authority.ts'
import { createInstaller, digestOf, registryPath, sampleTools } from './testing/installer.ts'
import type { Installer, Tool } from './testing/installer.ts'
import { INSTALLER_PROGRAMS } from './testing/programs.ts'
import { startProxy } from './testing/proxy.ts'
import { packageMembers, packTarball } from './testing/tarball.ts'

const NO_REGISTRY = { MOCHI_REGISTRY: undefined }
const withWget = INSTALLER_PROGRAMS.map((name) => (name === 'curl' ? 'wget' : name))

/** A node of two sources whose npm, when asked for the registry, names the one that is given. */
function nodeTool(registry: string): Tool {
  const node = `#!/bin/sh\ncase "$2 $3 $4" in 'config get registry') echo '${registry}' ;; *) echo made-up node ;; esac\n`
  const files = { 'bin/node': node, LICENSE: 'free', 'lib/node_modules/npm/bin/npm-cli.js': '', 'include/node/x.h': '' }
  const members = packageMembers(files, 'node-v1.0.0').map((member) => ({ ...member, mode: 0o755 }))
  const links = {
    name: 'node-v1.0.0/bin/npm',
    type: 'SymbolicLink' as const,
    target: '../lib/node_modules/npm/bin/npm-cli.js',
  }
  return {
    name: 'node',
    tarball: packTarball(packageMembers({ 'bin/node': node, LICENSE: 'free' })),
    keep: ['bin/node', 'LICENSE'],
    links: { node: 'bin/node' },
    site: { path: 'v1.0.0/node-v1.0.0.tar.gz', tarball: packTarball([...members, links]) },
    content: { path: 'bin/node', digest: digestOf('sha256', node) },
  }
}

describe('which registry is used', () => {
  test('MOCHI_REGISTRY, npm_config_registry, the checkout’s .npmrc, the user’s, what npm says: the first that is there', async () => {
    await using installer = await createInstaller()
    const ask = async (env: Record<string, string | undefined>) =>
      /registry: (.*)\n/.exec((await installer.run(['--check'], { env })).stdout)?.[1]
    const npmrc = (url: string) => `# a comment\n; another\nfund = false\nregistry = "${url}"\n`
    const { url } = installer.server
    await installer.folder.write({ 'programs/npm': `#!/bin/sh\necho ${url}/of-npm/\n` }, { mode: 0o755 })
    expect(await ask(NO_REGISTRY)).toBe(`${url}/of-npm (from npm config get registry)`)
    await installer.folder.write({ 'home/.npmrc': npmrc(`${url}/\${NAME}/npm/`) })
    expect(await ask({ ...NO_REGISTRY, NAME: 'user' })).toBe(`${url}/user/npm (from ${installer.home}/.npmrc)`)
    await installer.folder.write({ 'checkout/.npmrc': npmrc(`${url}/checkout`) })
    expect(await ask(NO_REGISTRY)).toBe(`${url}/checkout (from ${installer.checkout}/.npmrc)`)
    const variable = { npm_config_registry: `${url}/variable` }
    expect(await ask({ ...NO_REGISTRY, ...variable })).toBe(`${url}/variable (from npm_config_registry)`)
    expect(await ask({ ...variable, MOCHI_REGISTRY: `${url}/mochi` })).toBe(`${url}/mochi (from MOCHI_REGISTRY)`)
  })

  test('a machine with nothing but a downloader asks the npm in Node’s own archive, and downloads that once', async () => {
    await using installer = await createInstaller()
    const node = nodeTool(installer.server.url)
    await installer.writeLock([node, ...sampleTools()])
    const env = { ...NO_REGISTRY, MOCHI_NODE_SITE: `${installer.server.url}/dist/` }
    expect(await installer.run(['--quiet'], { env })).toMatchObject({ code: 0, stderr: '' })
    const asked = installer.server.requests.items.map(({ path }) => path)
    expect(asked.filter((path) => path.startsWith('/dist/'))).toEqual([`/dist/${node.site?.path ?? ''}`])
    expect((await runProcess(join(installer.prefix, 'env/current/bin/node'), [])).stdout).toBe('made-up node\n')
  })

  test.each([
    ['the registry has no node', (tool: Tool) => registryPath(tool)],
    ['the site has no node', (tool: Tool) => `/dist/${tool.site?.path ?? ''}`],
  ])('%s: the other source is asked, and the same folder is made', async (_name, pathOf) => {
    await using installer = await createInstaller()
    const node = nodeTool(installer.server.url)
    await installer.writeLock([node])
    installer.server.answers.delete(pathOf(node))
    const env = { MOCHI_NODE_SITE: `${installer.server.url}/dist` }
    expect(await installer.run(['--quiet'], { env })).toMatchObject({ code: 0, stderr: '' })
    const folder = `node/1.0.0-${digestOf('sha512', node.tarball).slice(7, 19)}`
    expect(await readFile(join(installer.prefix, 'opt', folder, 'LICENSE'), 'utf8')).toBe('free')
  })

  test('the archive of Node’s site may hold links, but not where the lock keeps a file', async () => {
    await using installer = await createInstaller()
    const node = nodeTool('')
    const link = { name: 'node-v1.0.0/LICENSE', type: 'SymbolicLink' as const, target: '/etc/passwd' }
    const site = { path: 'n.tar.gz', tarball: packTarball([{ name: 'node-v1.0.0/bin/node', text: 'x' }, link]) }
    await installer.writeLock([{ ...node, site }])
    installer.server.answers.delete(registryPath(node))
    const { stderr } = await installer.run([], { env: { MOCHI_NODE_SITE: `${installer.server.url}/dist` } })
    expect(stderr).toMatch(/a link where the lock keeps a file[^]*INSTALL_ARCHIVE_UNSAFE/)
  })

  test('neither has it: the error names both; nothing configured and no site: it says how to name a registry', async () => {
    await using installer = await createInstaller()
    await installer.writeLock([nodeTool(installer.server.url)])
    installer.server.answers.clear()
    const env = { MOCHI_NODE_SITE: `${installer.server.url}/dist` }
    const both = await installer.run([], { env })
    expect(both.stderr).toMatch(
      /where: http:\/\/127.*\/node\/-\/node-1\.0\.0\.tgz: .*404.*; http:\/\/127.*\/dist\/v1\.0\.0\/.*404/,
    )
    const none = await installer.run([], { env: { ...env, ...NO_REGISTRY } })
    expect(none.stderr).toMatch(/no registry is configured[^]*next: {2}MOCHI_REGISTRY=[^]*INSTALL_DOWNLOAD_FAILED/)
  })
})

describe('credentials', () => {
  const TOKEN = 'npm_0123456789abcdefghijABCDEFGHIJ012345'

  test.each([
    ['curl', INSTALLER_PROGRAMS],
    ['wget', withWget],
  ])('%s sends the token of this registry, and shows it to nobody', async (downloader, programs) => {
    await using installer = await createInstaller({ programs })
    const { port } = installer.server
    await installer.folder.write({
      'home/.npmrc': `//127.0.0.1:${port}/:_authToken=other\n//127.0.0.1:${port}/npm/:_authToken=\${TOKEN}\n`,
    })
    const paths = sampleTools().map(registryPath)
    const listed: string[] = []
    for (const path of paths) {
      const answer = installer.server.answers.get(path)
      installer.server.answers.set(`/npm${path}`, (_request, response) => {
        void listArguments(running.pid).then((lines) => {
          listed.push(...lines)
          response.end(answer)
        })
      })
    }
    const running = installer.start(['--quiet'], { env: { MOCHI_REGISTRY: `${installer.server.url}/npm/`, TOKEN } })
    expect(await running.ended).toMatchObject({ code: 0, stderr: '' })
    expect(installer.server.requests.items.map(({ authorization }) => authorization)).toEqual(
      paths.map(() => `Bearer ${TOKEN}`),
    )
    expect(listed.some((line) => line.includes(downloader))).toBe(true)
    expect(listed.some((line) => line.includes(TOKEN))).toBe(false)
  })

  test('it goes neither to another host nor in clear beyond this machine', async () => {
    await using installer = await createInstaller()
    await using other = await startArtifactServer()
    for (const [path, answer] of installer.server.answers) {
      other.answers.set(path, answer)
      installer.server.answers.set(path, (_, response) =>
        response.writeHead(302, { location: `http://localhost:${other.port}${path}` }).end(),
      )
    }
    const key = `//127.0.0.1:${installer.server.port}/:_authToken=${TOKEN}\n//mirror.example/:_authToken=${TOKEN}\n`
    await installer.folder.write({ 'home/.npmrc': key })
    expect((await installer.run(['--quiet'])).code).toBe(0)
    expect(other.requests.items.map(({ authorization }) => authorization)).toEqual([undefined, undefined])

    await rm(installer.prefix, { recursive: true })
    await using proxy = await startProxy()
    const clear = [
      { MOCHI_REGISTRY: `http://mirror.example:${other.port}` },
      { MOCHI_REGISTRY: `http://eve:secret@mirror.example:${other.port}` },
      { MOCHI_REGISTRY: `http://127.0.0.1:secret@mirror.example:${other.port}` },
      { MOCHI_NODE_SITE: `http://eve:secret@mirror.example:${other.port}` },
    ]
    await installer.folder.write({ 'home/.npmrc': `//mirror.example:${other.port}/:_authToken=${TOKEN}\n` })
    for (const [index, variables] of clear.entries()) {
      if (index === 1) await rm(join(installer.home, '.npmrc'))
      for (const args of [['--quiet'], ['--check']]) {
        const { code, stdout, stderr } = await installer.run(args, { env: { ...variables, http_proxy: proxy.url } })
        expect({ code, output: stdout + stderr }).toEqual({
          code: 1,
          output: expect.stringMatching(/http:\/\/mirror\.example:\d+\n[^]*INSTALL_TOKEN_IN_CLEAR/) as string,
        })
        expect(stdout + stderr).not.toContain('secret')
      }
    }
    expect(proxy.seen.items).toEqual([])
    const env = { ...clear[0], http_proxy: proxy.url }
    expect((await installer.run(['--quiet'], { env })).code).toBe(0)
    expect(proxy.seen.items).toHaveLength(2)
  })

  test('a token may be named by the checkout, as a variable; the most exact entry counts, wherever it stands', async () => {
    await using installer = await createInstaller()
    const at = `//127.0.0.1:${installer.server.port}/`
    await installer.folder.write({ 'checkout/.npmrc': `yes=false\n${at}:_authToken=\${TOKEN}\n` })
    expect((await installer.run(['--quiet'], { env: { TOKEN } })).code).toBe(0)
    for (const [path, answer] of [...installer.server.answers]) installer.server.answers.set(`/npm${path}`, answer)
    await installer.folder.write({ 'home/.npmrc': `${at}:_authToken=less\n${at}npm/:_auth=more\n` })
    await rm(installer.prefix, { recursive: true })
    const MOCHI_REGISTRY = `${installer.server.url}/npm`
    expect((await installer.run(['--quiet'], { env: { TOKEN, MOCHI_REGISTRY } })).code).toBe(0)
    const sent = installer.server.requests.items.map(({ authorization }) => authorization)
    expect(sent).toEqual([`Bearer ${TOKEN}`, `Bearer ${TOKEN}`, 'Basic more', 'Basic more'])
  })

  test('what a ~/.curlrc makes curl write is not taken for the path of the generation', async () => {
    await using installer = await createInstaller()
    await installer.folder.write({ 'home/.curlrc': 'write-out = "%{http_code} done\\n"\n' })
    const { stdout } = await installer.run()
    expect(stdout).toBe(`${installer.prefix}/env/${await installer.generation()}\n`)
  })

  test('a password in the address appears in no message', async () => {
    await using installer = await createInstaller()
    installer.server.answers.clear()
    const { stderr } = await installer.run([], {
      env: { MOCHI_REGISTRY: `http://user:hun@ter22@127.0.0.1:${installer.server.port}` },
    })
    expect(stderr).toContain('http://127.0.0.1')
    expect(stderr).not.toMatch(/hun|ter22/)
  })
})

describe('an authority of the company and its proxy', () => {
  let folder: Folder
  let authority: Authority
  beforeAll(async () => {
    folder = await createFolder()
    authority = await createAuthority(folder)
  })
  afterAll(() => folder[Symbol.asyncDispose]())

  /** The same artefacts behind TLS. */
  async function startSecure(installer: Installer) {
    const secure = await startArtifactServer(authority)
    for (const [path, answer] of installer.server.answers) secure.answers.set(path, answer)
    return secure
  }

  test.each([
    ['curl', INSTALLER_PROGRAMS],
    ['wget', withWget],
  ])(
    '%s trusts NODE_EXTRA_CA_CERTS beside the system, goes through https_proxy, and trusts nobody else',
    async (_name, programs) => {
      await using installer = await createInstaller({ programs })
      await using secure = await startSecure(installer)
      await using proxy = await startProxy()
      const env = { MOCHI_REGISTRY: secure.url }
      const refused = await installer.run([], { env })
      expect(refused.stderr).toMatch(/ertificate[^]*next: {2}NODE_EXTRA_CA_CERTS=[^]*INSTALL_DOWNLOAD_FAILED/)
      expect(secure.requests.items).toEqual([])
      const trusted = { ...env, NODE_EXTRA_CA_CERTS: authority.certificateFile, HTTPS_PROXY: proxy.url }
      expect(await installer.run(['--quiet'], { env: trusted })).toMatchObject({ code: 0, stderr: '' })
      expect(proxy.seen.items).toEqual(Array(2).fill(`CONNECT localhost:${secure.port}`))
    },
  )

  test('what CURL_CA_BUNDLE or SSL_CERT_FILE say is obeyed', async () => {
    await using installer = await createInstaller({ programs: withWget })
    await using secure = await startSecure(installer)
    const env = { MOCHI_REGISTRY: secure.url, SSL_CERT_FILE: authority.certificateFile }
    expect(await installer.run(['--quiet'], { env })).toMatchObject({ code: 0, stderr: '' })
  })
})

/** What everybody on the machine can see of one process group: its arguments. Other processes are none of a test's business. */
async function listArguments(group: number): Promise<string[]> {
  const { stdout } = await runProcess('ps', ['-A', '-o', 'pgid=,args='])
  return stdout.split('\n').filter((line) => line.trimStart().startsWith(`${group} `))
}

test.each([
  ['https://localhost:39407/x.tgz: (60) SSL certificate problem', 'NODE_EXTRA_CA_CERTS='],
  ['https://localhost:39404/x.tgz: CONNECT tunnel failed, response 407', 'put the user and the password of the proxy'],
  ['https://localhost:40300/x.tgz: The requested URL returned error: 404', 'MOCHI_REGISTRY='],
])('%j is understood by its reason, never by the digits of a port', async (reason, advice) => {
  const file = join(workspaceRoot, 'toolchain/lib/download.sh')
  const { stdout } = await runProcess('sh', ['-c', '. "$1"; download_hint "$2"', 'sh', file, reason])
  expect(stdout).toContain(advice)
})
