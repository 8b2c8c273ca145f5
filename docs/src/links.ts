import { existsSync, readFileSync, statSync } from 'node:fs'
import { dirname, extname, join, resolve } from 'node:path'
import { parsePage } from './page.ts'

/**
 * The links of Markdown files that lead nowhere, one sentence each with file and line. Only links inside the repository
 * are followed: what an address on the net answers is not ours to promise.
 */
export function findBrokenLinks(root: string, files: readonly string[]): string[] {
  const pages = new Map(files.map((file) => [resolve(root, file), parsePage(readFileSync(join(root, file), 'utf8'))]))
  return files.flatMap((file) => {
    const path = resolve(root, file)
    return (pages.get(path)?.links ?? [])
      .map(({ line, target }) => ({ line, target, fault: findFault(root, path, target) }))
      .filter(({ fault }) => fault !== undefined)
      .map(({ line, target, fault }) => `${file}:${line}: ${target} ${fault ?? ''}`)
  })

  function findFault(root: string, from: string, target: string): string | undefined {
    if (/^[a-z][a-z0-9+.-]*:/i.test(target)) return undefined
    const [path = '', anchor] = target.split('#')
    const to = path === '' ? from : resolve(dirname(from), decodeURI(path))
    if (!to.startsWith(root)) return 'leads out of the repository'
    if (!existsSync(to)) return 'does not exist'
    if (anchor === undefined || statSync(to).isDirectory() || extname(to) !== '.md') return undefined
    const page = pages.get(to) ?? parsePage(readFileSync(to, 'utf8'))
    return page.anchors.has(anchor) ? undefined : 'names a heading that the page does not have'
  }
}
