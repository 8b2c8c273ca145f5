import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import type { Kind } from './kinds.ts'

/** A template as it stands in `templates/<kind>/`: its version, and one file for each that it makes. */
export type Template = { version: number; files: readonly TemplateFile[] }

/** `path` is relative to the new project and, like `text`, handlebars. Every file but template.json ends in `.hbs`. */
export type TemplateFile = { path: string; text: string; isExecutable: boolean }

/** Reads a template. Files that begin with a dot belong to it, and a file that may be executed makes one. */
export function readTemplate(root: string, kind: Kind): Template {
  const folder = join(root, 'templates', kind)
  const { version } = JSON.parse(readFileSync(join(folder, 'template.json'), 'utf8')) as { version: number }
  const files = readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.hbs'))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .map((path) => ({
      path: relative(folder, path).split(sep).join('/').slice(0, -'.hbs'.length),
      text: readFileSync(path, 'utf8'),
      isExecutable: (statSync(path).mode & 0o100) !== 0,
    }))
  return { version, files }
}
