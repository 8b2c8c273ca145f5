import { mkdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { requireCommand } from '@mochi/testing'
import { describe, expect, test } from 'vitest'
import { startArtifactServer } from './testing/artifact-server.ts'
import type { ArtifactServer } from './testing/artifact-server.ts'
import { createLauncher } from './testing/launcher.ts'
import type { Launcher } from './testing/launcher.ts'
import { findProgram } from './testing/programs.ts'

const OURS = Buffer.from('{"registry":"mochi"}')
const UPSTREAM = 'https://corp.example/npm/'

type Variables = Readonly<Record<string, string | undefined>>
type Seen = { npm: string; upper: string; pnpm: string; upstream: string }

/** Whatever the variables say; `-` is a variable that is not set. */
const SHOW =
  'echo "${npm_config_registry--} ${NPM_CONFIG_REGISTRY--} ${pnpm_config_registry--} ${MOCHI_UPSTREAM_REGISTRY--}"'

/** A launcher whose own registry is the server, in a prefix in which one has run. */
type Rig = AsyncDisposable & {
  readonly launcher: Launcher
  readonly registry: ArtifactServer
  /** Where the launcher asks it. */
  readonly own: string
  readonly seen: (variables?: Variables, command?: readonly string[]) => Promise<Seen>
  /** The paths that were asked. */
  readonly asked: () => string[]
}

/** `hasDeadline`: it waits no longer than people do. Elsewhere a machine that has much to do decides nothing. */
async function createRig({ hasDeadline = false } = {}): Promise<Rig> {
  const launcher = await createLauncher()
  const registry = await startArtifactServer()
  registry.answers.set('/-/ping', OURS)
  const { installer, mochi } = launcher
  await mochi(['exec', '--', 'alpha'])
  await mkdir(join(installer.prefix, 'var/registry'), { recursive: true })
  const own = `http://127.0.0.1:${registry.port}/`
  await edit(join(installer.checkout, 'toolchain/lib/registry-variables.sh'), {
    'http://127.0.0.1:4873/': own,
    ...(hasDeadline ? {} : { '--max-time 0.05': '--max-time 20', 'sleep 1 &': 'sleep 20 &' }),
  })
  const seen: Rig['seen'] = async (variables = {}, command = ['sh', '-c', SHOW]) => {
    const env = { MOCHI_REGISTRY: undefined, ...variables }
    const { stdout, stderr } = await mochi(['exec', '--', ...command], { env })
    const [npm = '', upper = '', pnpm = '', upstream = ''] = stdout.trimEnd().split(' ')
    expect(stderr).toBe('')
    return { npm, upper, pnpm, upstream }
  }
  return {
    ...{ launcher, registry, own, seen },
    asked: () => registry.requests.items.map(({ path }) => path),
    [Symbol.asyncDispose]: async () => {
      await registry[Symbol.asyncDispose]()
      await launcher[Symbol.asyncDispose]()
    },
  }
}

/** Replaces what has to stand in a file. */
async function edit(file: string, changes: Readonly<Record<string, string>>): Promise<void> {
  let text = await readFile(file, 'utf8')
  for (const [before, after] of Object.entries(changes)) {
    expect(text).toContain(before)
    text = text.replace(before, after)
  }
  await writeFile(file, text)
}

/** In place of curl. */
async function takeWget({ launcher }: Rig, program: string): Promise<void> {
  const programs = launcher.installer.folder.join('programs')
  await rm(join(programs, 'curl'))
  await symlink(findProgram(program), join(programs, 'wget'))
}

describe('While the registry of the platform answers', () => {
  test('what mochi runs uses it, and is told in whose place it came', async () => {
    await using rig = await createRig()
    const { own, seen } = rig
    expect(await seen()).toEqual({ npm: own, upper: '-', pnpm: own, upstream: '' })
    const variable = await seen({ npm_config_registry: UPSTREAM, http_proxy: 'http://127.0.0.1:9' })
    expect(variable).toEqual({ npm: own, upper: '-', pnpm: own, upstream: UPSTREAM })
    const upper = await seen({ NPM_CONFIG_REGISTRY: UPSTREAM })
    expect(upper).toEqual({ npm: own, upper: own, pnpm: own, upstream: UPSTREAM })
    const { stdout } = await rig.launcher.mochi(['test'], { env: { MOCHI_REGISTRY: undefined } })
    expect(stdout).toContain(`\nnpm_config_registry=${own}\npnpm_config_registry=${own}\n`)
    expect(new Set(rig.asked())).toEqual(new Set(['/-/ping']))
  })

  test('MOCHI_REGISTRY names another, or, empty, none: it is not even asked', async () => {
    await using rig = await createRig()
    const { seen } = rig
    const other = 'https://other.example/'
    expect(await seen({ MOCHI_REGISTRY: other })).toMatchObject({ npm: other, pnpm: other, upstream: '-' })
    expect(await seen({ MOCHI_REGISTRY: '' })).toMatchObject({ npm: '-', pnpm: '-', upstream: '-' })
    const variable = await seen({ MOCHI_REGISTRY: '', npm_config_registry: UPSTREAM })
    expect(variable).toMatchObject({ npm: UPSTREAM, pnpm: UPSTREAM, upstream: '-' })
    expect(rig.asked()).toEqual([])
  })

  test('a shell that may outlive it, and a Tab that waits, do without it', async () => {
    await using rig = await createRig()
    const env = { MOCHI_REGISTRY: undefined, npm_config_registry: UPSTREAM }
    await rig.launcher.mochi(['test'], { env: { ...env, MOCHI_REGISTRY: rig.registry.url } })
    const before = rig.asked().length
    const { stdout } = await rig.launcher.mochi(['env'], { env })
    expect(stdout).toContain(`npm_config_registry='${UPSTREAM}'\n`)
    expect((await rig.launcher.mochi(['__complete', 'up'], { env })).stdout).toContain(`=${UPSTREAM}\n`)
    expect(rig.asked()).toHaveLength(before)
  })

  test('a mochi below another one keeps what the first one found', async () => {
    await using rig = await createRig()
    const inner = [join(rig.launcher.installer.checkout, 'mochi'), 'exec', '--', 'sh', '-c', SHOW]
    const twice = await rig.seen({ NPM_CONFIG_REGISTRY: UPSTREAM }, inner)
    expect(twice).toEqual({ npm: rig.own, upper: rig.own, pnpm: rig.own, upstream: UPSTREAM })
  })

  const wgets = [
    { kind: 'GNU wget', program: 'wget', available: requireCommand('wget') },
    { kind: 'the wget of busybox', program: 'busybox', available: requireCommand('busybox') },
  ]
  for (const { kind, program, available } of wgets)
    test.runIf(available)(`it is found by ${kind} where there is no curl, and keeps nobody waiting`, async () => {
      const variables = { http_proxy: 'http://127.0.0.1:9' }
      await using answering = await createRig()
      await takeWget(answering, program)
      expect(await answering.seen(variables)).toMatchObject({ npm: answering.own, upstream: '' })
      await using hanging = await createRig({ hasDeadline: true })
      await takeWget(hanging, program)
      hanging.registry.answers.set('/-/ping', () => undefined)
      expect(await hanging.seen(variables)).toMatchObject({ npm: '-', upstream: '-' })
    })
})

describe('The registry of the platform is left alone', () => {
  test('where none of this user has run in the prefix: nothing is asked, nor anything run', async () => {
    await using rig = await createRig()
    const folder = join(rig.launcher.installer.prefix, 'var/registry')
    await rename(folder, `${folder}-elsewhere`)
    expect(await rig.seen()).toMatchObject({ npm: '-', pnpm: '-', upstream: '-' })
    await symlink(`${folder}-elsewhere`, folder)
    expect(await rig.seen({ npm_config_registry: UPSTREAM })).toMatchObject({ npm: UPSTREAM, upstream: '-' })
    expect(rig.asked()).toEqual([])
  })

  test('where somebody else has its port: another registry, one that hangs, nobody', async () => {
    await using rig = await createRig({ hasDeadline: true })
    const left = { npm: UPSTREAM, upper: '-', pnpm: UPSTREAM, upstream: '-' }
    const variables = { npm_config_registry: UPSTREAM }
    for (const answer of ['{}', '{"registry":"other"}', '<title>{"registry":"mochi"}</title>', '']) {
      rig.registry.answers.set('/-/ping', Buffer.from(answer))
      expect({ answer, ...(await rig.seen(variables)) }).toEqual({ answer, ...left })
    }
    rig.registry.answers.set('/-/ping', () => undefined)
    expect(await rig.seen(variables)).toEqual(left)
    expect(rig.asked()).toHaveLength(5)
    await rig.registry[Symbol.asyncDispose]()
    expect(await rig.seen(variables)).toEqual(left)
  })

  test('once it has ended, also by what a mochi further up had told to use it', async () => {
    await using rig = await createRig()
    await rig.registry[Symbol.asyncDispose]()
    const told = (upstream: string): Variables => ({
      npm_config_registry: rig.own,
      pnpm_config_registry: rig.own,
      MOCHI_UPSTREAM_REGISTRY: upstream,
    })
    expect(await rig.seen(told(UPSTREAM))).toEqual({ npm: UPSTREAM, upper: '-', pnpm: UPSTREAM, upstream: '-' })
    expect(await rig.seen(told(''))).toEqual({ npm: '-', upper: '-', pnpm: '-', upstream: '-' })
    // Who has set it himself means it.
    expect(await rig.seen({ npm_config_registry: rig.own })).toMatchObject({ npm: rig.own, upstream: '-' })
  })
})

test('Whom `mochi registry use` has pointed at a registry that has ended is told how to get dependencies', async () => {
  await using rig = await createRig()
  const { installer, mochi } = rig.launcher
  await rig.registry[Symbol.asyncDispose]()
  await installer.folder.write({ 'home/fail': 'pnpm fails' })
  const env = { MOCHI_REGISTRY: undefined, npm_config_registry: rig.own }
  const { code, stderr } = await mochi(['up'], { env })
  expect(code).toBe(1)
  expect(stderr).toMatch(/next: {2}\.\/mochi registry unuse, or .*\n {2}code: {2}LAUNCHER_REGISTRY_UNREACHABLE/)
})
