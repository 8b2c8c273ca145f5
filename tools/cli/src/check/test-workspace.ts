import { createWorkspace } from './workspace.ts'
import type { Surroundings, Workspace } from './workspace.ts'

/** A file of a made-up workspace: its text, or a value that is written as JSON. */
type Contents = string | Readonly<Record<string, unknown>>

/** The snapshot of a workspace that exists only in a test. A package that is named by no manifest gets a plain one. */
export function madeUp(files: Readonly<Record<string, Contents>>, surroundings?: Surroundings): Workspace {
  const folders = new Set(
    Object.keys(files).flatMap((path) => /^(?:(?:apps|libs|tools)\/[^/]+|toolchain|docs)(?=\/)/.exec(path) ?? []),
  )
  const plain = Object.fromEntries(
    [...folders].map((folder) => [`${folder}/package.json`, { name: `@mochi/${folder.split('/').at(-1) ?? ''}` }]),
  )
  const all: Record<string, Contents> = { 'package.json': { name: 'mochi' }, ...plain, ...files }
  const texts = Object.entries(all).map(([path, contents]) => ({
    path,
    text: typeof contents === 'string' ? contents : JSON.stringify(contents, undefined, 2),
  }))
  return createWorkspace(texts, surroundings)
}
