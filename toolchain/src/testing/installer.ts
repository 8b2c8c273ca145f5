import { createHash } from 'node:crypto'
import { chmod, cp, mkdir, readFile, writeFile } from 'node:fs/promises'
import type { Buffer } from 'node:buffer'
import { join } from 'node:path'
import { createFolder, runProcess, startProcess, workspaceRoot } from '@mochi/testing'
import type { Folder, Outcome, TestProcess } from '@mochi/testing'
import { formatLock, parseLock } from '../lock-file.ts'
import type { Artifact, Content, Script } from '../lock-file.ts'
import { PLATFORMS } from '../platforms.ts'
import { startArtifactServer } from './artifact-server.ts'
import type { ArtifactServer } from './artifact-server.ts'
import { findProgram, INSTALLER_PROGRAMS, linkPrograms } from './programs.ts'
import type { Shell } from './programs.ts'
import { packageMembers, packTarball } from './tarball.ts'

/** A small checkout with the real scripts, a made-up lock, a server that has its artefacts, and an empty prefix. */
export type Installer = AsyncDisposable & {
  readonly folder: Folder
  readonly checkout: string
  readonly prefix: string
  readonly home: string
  /** The first server: the registry. */
  readonly server: ArtifactServer
  /** The id of the lock that stands in the checkout. */
  readonly generation: () => Promise<string>
  /** The environment of every run; a test may change it. */
  readonly env: Record<string, string>
  /** Writes another lock; tarballs are put on the server. */
  writeLock(tools: readonly Tool[], scripts?: readonly Script[]): Promise<void>
  run(args?: readonly string[], options?: RunOptions): Promise<Outcome>
  start(args?: readonly string[], options?: RunOptions): TestProcess
}

export type RunOptions = {
  env?: Readonly<Record<string, string | undefined>>
  cwd?: string
  before?: readonly string[]
}

/** A made-up tool, the same bytes for every platform. */
export type Tool = {
  name: string
  version?: string
  package?: string
  tarball: Buffer
  keep?: readonly string[]
  links: Readonly<Record<string, string>>
  /** Node's site as the second source, its path and archive; and the digest that both must give. */
  site?: { path: string; tarball: Buffer }
  content?: { path: string; digest: string }
}

/** Two tools: `alpha` of two files, and `beta`, of a scoped package. */
export function sampleTools(): [Tool, Tool] {
  const alpha = packTarball(packageMembers({ 'bin/alpha': '#!/bin/sh\necho alpha runs\n', LICENSE: 'free\n' }))
  const beta = packTarball(packageMembers({ beta: '#!/bin/sh\necho beta runs\n', 'lib/deep/er/file.txt': 'deep\n' }))
  return [
    { name: 'alpha', tarball: alpha, links: { alpha: 'bin/alpha' }, keep: ['bin', 'LICENSE'] },
    { name: 'beta', package: '@x/beta.linux', tarball: beta, links: { beta: 'beta', bee: 'beta' } },
  ]
}

export async function createInstaller(
  options: { shell?: Shell; programs?: readonly string[]; as?: Readonly<Record<string, string>> } = {},
): Promise<Installer> {
  const folder = await createFolder()
  const server = await startArtifactServer()
  const checkout = folder.join('checkout')
  const home = folder.join('home')
  const prefix = folder.join('prefix')
  await mkdir(home)
  await copyScripts(checkout)
  const { shell } = options
  const programs = await linkPrograms(
    folder,
    options.programs ?? shell?.programs ?? INSTALLER_PROGRAMS,
    options.as ?? shell?.as,
  )
  const env = { PATH: programs, HOME: home, MOCHI_REGISTRY: server.url, MOCHI_PREFIX: prefix }
  const [program, ...flags] = shell?.command ?? ['dash']
  const command = [findProgram(program), ...flags, join(checkout, 'toolchain/install')]
  const argumentsOf = (args: readonly string[], more: RunOptions): [string, string[], object] => {
    const [first = '', ...rest] = [...(more.before ?? []), ...command, ...args]
    return [first, rest, { cwd: more.cwd ?? checkout, env: { ...env, ...more.env } }]
  }
  const installer: Installer = {
    folder,
    checkout,
    prefix,
    home,
    server,
    env,
    generation: async () => parseLock(await readFile(join(checkout, 'toolchain/toolchain.lock'), 'utf8')).generation,
    writeLock: (tools, scripts = []) => writeLock({ checkout, server }, tools, scripts),
    run: (args = [], more = {}) => runProcess(...argumentsOf(args, more)),
    start: (args = [], more = {}) => startProcess(...argumentsOf(args, more)),
    [Symbol.asyncDispose]: async () => {
      await server[Symbol.asyncDispose]()
      await folder[Symbol.asyncDispose]()
    },
  }
  await installer.writeLock(sampleTools())
  await folder.write({ 'checkout/pnpm-lock.yaml': 'lockfileVersion: 9\n' })
  return installer
}

async function copyScripts(checkout: string): Promise<void> {
  for (const name of ['install', 'lib', 'profile', 'bin'])
    await cp(join(workspaceRoot, 'toolchain', name), join(checkout, 'toolchain', name), { recursive: true })
  await cp(join(workspaceRoot, 'mochi'), join(checkout, 'mochi'))
  await chmod(join(checkout, 'mochi'), 0o755)
}

async function writeLock(
  { checkout, server }: { checkout: string; server: ArtifactServer },
  tools: readonly Tool[],
  scripts: readonly Script[],
): Promise<void> {
  for (const tool of tools) {
    server.answers.set(registryPath(tool), tool.tarball)
    if (tool.site !== undefined) server.answers.set(`/dist/${tool.site.path}`, tool.site.tarball)
  }
  const lock = { artifacts: tools.flatMap(artifactsOf), contents: tools.flatMap(contentsOf), scripts }
  await writeFile(join(checkout, 'toolchain/toolchain.lock'), formatLock(lock))
}

/** Where a registry has the tool's tarball. */
export function registryPath(tool: Tool): string {
  const name = tool.package ?? tool.name
  return `/${name}/-/${name.split('/').at(-1) ?? ''}-${versionOf(tool)}.tgz`
}

export function digestOf(algorithm: 'sha256' | 'sha512', bytes: Buffer | string): string {
  return `${algorithm}:${createHash(algorithm).update(bytes).digest('hex')}`
}

/** The folder of an installed tool, below the prefix. */
export function toolFolder(tool: Tool): string {
  return `opt/${tool.name}/${versionOf(tool)}-${digestOf('sha512', tool.tarball).slice(7, 19)}`
}

function versionOf(tool: Tool): string {
  return tool.version ?? '1.0.0'
}

function artifactsOf(tool: Tool): Artifact[] {
  const shared = { tool: tool.name, version: versionOf(tool), keep: tool.keep ?? ['.'], links: tool.links }
  return PLATFORMS.flatMap((platform) => [
    {
      ...shared,
      platform,
      source: `npm:${tool.package ?? tool.name}@${versionOf(tool)}`,
      digest: digestOf('sha512', tool.tarball),
    },
    ...(tool.site === undefined
      ? []
      : [
          { ...shared, platform, source: `node-site:${tool.site.path}`, digest: digestOf('sha256', tool.site.tarball) },
        ]),
  ])
}

function contentsOf(tool: Tool): Content[] {
  const { content } = tool
  if (content === undefined) return []
  return PLATFORMS.map((platform) => ({ tool: tool.name, version: versionOf(tool), platform, ...content }))
}
