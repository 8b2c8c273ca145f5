import { spawnSync } from 'node:child_process'
import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'

/**
 * Builds the library in the current folder: `dist/` holds JavaScript, source maps and types of everything below `src/` but
 * its tests. The compiler also writes the workspace packages that it finds as sources, so it writes aside, and only the
 * library's own files are taken over.
 *
 * Exit code 1, with the compiler's words, when the library does not type-check; there is no `dist/` then.
 */
const workspace = resolve(import.meta.dirname, '../../..')
const root = process.cwd()
const dist = join(root, 'dist')
const aside = join(dist, '.emit')

rmSync(dist, { recursive: true, force: true })
process.exitCode = compile()
if (process.exitCode === 0) takeOver(join(aside, relative(workspace, root), 'src'))
rmSync(process.exitCode === 0 ? aside : dist, { recursive: true, force: true })

function compile(): number {
  const emit = [
    '--noEmit',
    'false',
    '--declaration',
    '--sourceMap',
    '--inlineSources',
    '--rootDir',
    workspace,
    '--outDir',
    aside,
  ]
  const { status, error } = spawnSync(join(workspace, 'node_modules/.bin/tsc'), ['-p', '.', ...emit], {
    stdio: 'inherit',
  })
  if (error !== undefined) throw error
  return status ?? 1
}

function takeOver(emitted: string): void {
  const paths = globSync('**/*.{js,js.map,d.ts}', { cwd: emitted, exclude: ['**/*.test.*', '**/*.fixture.*'] })
  for (const path of paths) {
    const text = readFileSync(join(emitted, path), 'utf8')
    mkdirSync(dirname(join(dist, path)), { recursive: true })
    writeFileSync(join(dist, path), path.endsWith('.map') ? mapFromDist(path, text) : text)
  }
}

/** A source map whose source is found from where the file stands now. */
function mapFromDist(path: string, text: string): string {
  const source = join(root, 'src', path.replace(/\.js\.map$/, '.ts'))
  const map = JSON.parse(text) as Record<string, unknown>
  return JSON.stringify({ ...map, sources: [relative(dirname(join(dist, path)), source)] })
}
