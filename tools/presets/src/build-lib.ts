import { spawnSync } from 'node:child_process'
import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'

/** Absolute paths: the checkout, and the library's folder in it. */
export type Library = { workspace: string; root: string }

/**
 * Builds a library: `dist/` holds JavaScript, source maps and types of everything below `src/` but its tests. The compiler
 * also writes the workspace packages that it finds as sources, so it writes aside, and only the library's own files are
 * taken over.
 *
 * Returns the exit code: 1, after the compiler's words, when the library does not type-check; there is no `dist/` then.
 */
export function buildLib({ workspace, root }: Library): number {
  const dist = join(root, 'dist')
  const aside = join(dist, '.emit')
  rmSync(dist, { recursive: true, force: true })
  const code = compile({ workspace, root }, aside)
  if (code === 0) takeOver(root, join(aside, relative(workspace, root), 'src'))
  rmSync(code === 0 ? aside : dist, { recursive: true, force: true })
  return code
}

function compile({ workspace, root }: Library, aside: string): number {
  const emit = ['--noEmit', 'false', '--declaration', '--sourceMap', '--inlineSources']
  const places = ['--rootDir', workspace, '--outDir', aside]
  const { status, error } = spawnSync(join(workspace, 'node_modules/.bin/tsc'), ['-p', '.', ...emit, ...places], {
    cwd: root,
    stdio: 'inherit',
  })
  if (error !== undefined) throw error
  return status ?? 1
}

function takeOver(root: string, emitted: string): void {
  const dist = join(root, 'dist')
  const paths = globSync('**/*.{js,js.map,d.ts}', { cwd: emitted, exclude: ['**/*.test.*', '**/*.fixture.*'] })
  for (const path of paths) {
    const text = readFileSync(join(emitted, path), 'utf8')
    mkdirSync(dirname(join(dist, path)), { recursive: true })
    writeFileSync(join(dist, path), path.endsWith('.map') ? mapFromDist(root, path, text) : text)
  }
}

/** A source map whose source is found from where the file stands now. */
function mapFromDist(root: string, path: string, text: string): string {
  const source = join(root, 'src', path.replace(/\.js\.map$/, '.ts'))
  const map = JSON.parse(text) as Record<string, unknown>
  return JSON.stringify({ ...map, sources: [relative(dirname(join(root, 'dist', path)), source)] })
}

/** The target `build` runs this file in the library's folder. */
if (import.meta.main) {
  process.exitCode = buildLib({ workspace: resolve(import.meta.dirname, '../../..'), root: process.cwd() })
}
