import { readFile } from 'node:fs/promises'
import { isAbsolute, join } from 'node:path'

const SHA = /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/

/**
 * The commit that is built, as CI says it or as git's files have it: asking git itself would cost a process. Undefined
 * where neither is to be read, as in a repository whose references are in a table.
 */
export async function findRevision(
  root: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<string | undefined> {
  const named = [env['MOCHI_REVISION'], env['GITHUB_SHA'], env['CI_COMMIT_SHA']].find((text) => SHA.test(text ?? ''))
  return named ?? (await readHead(root).catch(() => undefined))
}

async function readHead(root: string): Promise<string | undefined> {
  const folder = await gitFolder(join(root, '.git'))
  const head = await read(join(folder, 'HEAD'))
  const reference = /^ref: (refs\/\S+)$/.exec(head)?.[1]
  if (reference === undefined) return shaOf(head)
  const common = await read(join(folder, 'commondir')).then(
    (path) => join(folder, path),
    () => folder,
  )
  const loose = await read(join(common, reference)).catch(() => '')
  if (loose !== '') return shaOf(loose)
  const packed = await read(join(common, 'packed-refs'))
  return shaOf(
    packed
      .split('\n')
      .find((line) => line.endsWith(` ${reference}`))
      ?.split(' ')[0] ?? '',
  )
}

/** In a worktree `.git` is a file that names the folder. */
async function gitFolder(path: string): Promise<string> {
  const named = await read(path).catch(() => '')
  const target = /^gitdir: (.+)$/.exec(named)?.[1]
  if (target === undefined) return path
  return isAbsolute(target) ? target : join(path, '..', target)
}

async function read(path: string): Promise<string> {
  return (await readFile(path, 'utf8')).trim()
}

function shaOf(text: string): string | undefined {
  return SHA.test(text) ? text : undefined
}
