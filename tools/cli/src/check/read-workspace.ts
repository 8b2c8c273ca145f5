import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Context } from '../context.ts'
import { errors } from './errors.ts'
import type { SourceFile } from './source-file.ts'
import { createWorkspace } from './workspace.ts'
import type { InstalledPackage, Manifest, Workspace } from './workspace.ts'

/**
 * The workspace as it stands: every file that git knows or would add, with its text. Files that are no text and links
 * are left out.
 */
export async function readWorkspace(context: Pick<Context, 'root' | 'home' | 'run'>): Promise<Workspace> {
  const files = await readFiles(context)
  const workspace = createWorkspace(files)
  const installed = await readInstalled(context.root, workspace)
  return { ...workspace, installed, machinePaths: [context.root, context.home] }
}

async function readFiles({ root, run }: Pick<Context, 'root' | 'run'>): Promise<SourceFile[]> {
  const listed = await run('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: root })
  if (listed.code !== 0) throw errors.CHECK_NO_FILE_LIST({ root, output: listed.stderr.trim() })
  const paths = [...new Set(listed.stdout.split('\0'))].filter((path) => path !== '').sort()
  const files = await Promise.all(paths.map((path) => readText(root, path)))
  return files.filter((file) => file !== undefined)
}

/** Undefined for what is no text file, or was deleted and not yet committed. */
async function readText(root: string, path: string): Promise<SourceFile | undefined> {
  try {
    const text = await readFile(join(root, path), 'utf8')
    return text.includes('\0') ? undefined : { path, text }
  } catch (error) {
    if (['ENOENT', 'EISDIR', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined
    throw error
  }
}

type InstalledManifest = Manifest & { bin?: string | Record<string, string>; generators?: string; schematics?: string }

async function readInstalled(root: string, workspace: Workspace): Promise<Map<string, InstalledPackage>> {
  const packages = [...workspace.packages, ...(workspace.root === undefined ? [] : [workspace.root])]
  const found = new Map<string, InstalledPackage>()
  await Promise.all(
    packages.flatMap(({ folder, manifest }) =>
      Object.keys({ ...manifest.dependencies, ...manifest.devDependencies }).map(async (name) => {
        const installed = await readInstalledPackage(join(root, folder, 'node_modules', name), name)
        if (installed !== undefined) found.set(name, installed)
      }),
    ),
  )
  return found
}

async function readInstalledPackage(folder: string, name: string): Promise<InstalledPackage | undefined> {
  const manifest = await readJson<InstalledManifest>(join(folder, 'package.json'))
  if (manifest === undefined) return undefined
  const collection = manifest.generators ?? manifest.schematics
  const generators =
    collection === undefined ? undefined : await readJson<GeneratorCollection>(join(folder, collection))
  return {
    peers: Object.keys(manifest.peerDependencies ?? {}),
    bins: typeof manifest.bin === 'string' ? [name.split('/').at(-1) ?? name] : Object.keys(manifest.bin ?? {}),
    generators: namesOf(generators),
  }
}

type GeneratorCollection = Partial<Record<'generators' | 'schematics', Record<string, { aliases?: string[] }>>>

function namesOf(collection: GeneratorCollection | undefined): string[] {
  const entries = Object.entries({ ...collection?.schematics, ...collection?.generators })
  return entries.flatMap(([name, { aliases = [] }]) => [name, ...aliases])
}

async function readJson<T>(path: string): Promise<T | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as T
  } catch (error) {
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
