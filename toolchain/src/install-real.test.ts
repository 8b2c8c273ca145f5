import { mkdir, open, readdir, readFile, readlink } from 'node:fs/promises'
import { join } from 'node:path'
import { createFolder, isolatedEnvironment, runProcess, workspaceRoot } from '@mochi/testing'
import { expect, test } from 'vitest'

/** The first bytes of an executable, as far as they say for what it is. */
async function machineOf(file: string): Promise<string> {
  await using handle = await open(file)
  const { buffer } = await handle.read(Buffer.alloc(20), 0, 20, 0)
  if (buffer.readUInt32BE(0) === 0x7f454c46) return `ELF ${{ 62: 'x64', 183: 'arm64' }[buffer.readUInt16LE(18)] ?? '?'}`
  if (buffer.readUInt32LE(0) !== 0xfeedfacf) return 'neither ELF nor Mach-O'
  return `Mach-O ${{ 0x01000007: 'x64', 0x0100000c: 'arm64' }[buffer.readUInt32LE(4)] ?? '?'}`
}

/** The names, where each link leads and what kind of thing is there: equal for all platforms but for the digests. */
async function structureOf(generation: string): Promise<string[]> {
  const names = await readdir(join(generation, 'bin'))
  const links = await Promise.all(
    names.sort().map(async (name) => [name, await readlink(join(generation, 'bin', name))]),
  )
  return links.map(([name = '', target = '']) => `${name} -> ${target.replace(/-[0-9a-f]{12}\//, '-DIGEST/')}`)
}

const MACHINES: Readonly<Record<string, string>> = {
  'linux-x64': 'ELF x64',
  'linux-arm64': 'ELF arm64',
  'darwin-x64': 'Mach-O x64',
  'darwin-arm64': 'Mach-O arm64',
}
const HOST = `${process.platform}-${process.arch}`
/** This machine's and both of macOS; `mochi toolchain check` proves that the lock is complete for all four. */
const PLATFORMS = [...new Set([HOST, 'darwin-x64', 'darwin-arm64'])]

test(
  'the real artefacts: the same structure on every platform, each for its processor',
  { timeout: 240_000 },
  async () => {
    await using folder = await createFolder()
    await mkdir(folder.join('home'))
    const structures = new Set<string>()
    for (const platform of PLATFORMS) {
      const machine = MACHINES[platform]
      const args = ['--quiet', '--platform', platform, '--prefix', folder.join(platform)]
      const env = isolatedEnvironment(folder.join('home'))
      const { code, stdout, stderr } = await runProcess(join(workspaceRoot, 'toolchain/install'), args, { env })
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
      const generation = stdout.trim()
      for (const name of ['node', 'rg', 'pnpm', 'lefthook'])
        expect({ platform, name, machine: await machineOf(join(generation, 'bin', name)) }).toEqual({
          platform,
          name,
          machine,
        })
      structures.add((await structureOf(generation)).join('\n'))
      if (platform !== HOST) await runProcess('rm', ['-rf', folder.join(platform)])
    }
    expect(structures.size).toBe(1)
    await expectToolsRun(folder.join(HOST), folder.join('home'))
  },
)

/** With a PATH on which no other node, npm or npx is found. */
async function expectToolsRun(prefix: string, home: string): Promise<void> {
  const wanted = JSON.parse(await readFile(join(workspaceRoot, 'toolchain/toolchain.json'), 'utf8')) as {
    tools: Record<string, { version: string }>
  }
  for (const [command, tool] of [
    ['node', 'node'],
    ['npm', 'npm'],
    ['npx', 'npm'],
    ['pnpm', 'pnpm'],
  ] as const) {
    const env = isolatedEnvironment(home, { PATH: `${prefix}/env/current/bin` })
    const { stdout } = await runProcess(join(prefix, 'env/current/bin', command), ['--version'], { env, cwd: home })
    expect(stdout.trim().replace(/^v/, '')).toBe(wanted.tools[tool]?.version)
  }
  // Not into the folder of the node that runs it, which is what npm does by itself; and no variable says so.
  const env: Record<string, string | undefined> = {
    ...isolatedEnvironment(home, { PATH: `${prefix}/env/current/bin` }),
    npm_config_prefix: undefined,
  }
  const { stdout } = await runProcess('npm', ['prefix', '--global'], { env, cwd: home })
  expect(stdout).toBe(`${home}/.local\n`)
}
