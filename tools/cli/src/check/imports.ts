import { isBuiltin } from 'node:module'
import { posix } from 'node:path'
import typescript from 'typescript'
import { lineAt } from './source-file.ts'
import type { SourceFile } from './source-file.ts'

/** One place where a file names another module: import, export from, `import()`, `require()`, types included. */
export type ImportSite = {
  readonly file: string
  readonly line: number
  readonly specifier: string
  /** `import('…')`: loaded when it is reached, so it never stands in a circle of loading. */
  readonly lazy: boolean
}

/** Every module that a file names, found by TypeScript's own scanner: comments and strings do not count. */
export function findImports(file: SourceFile): ImportSite[] {
  const { importedFiles } = typescript.preProcessFile(file.text, true, true)
  return importedFiles.map(({ fileName, pos }) => ({
    file: file.path,
    line: lineAt(file.text, pos),
    specifier: fileName,
    lazy: /\bimport\s*\(\s*$/.test(file.text.slice(Math.max(0, pos - 40), pos)),
  }))
}

/** The package that a specifier names: `@scope/name` of `@scope/name/part`. Undefined for a path and for Node's own modules. */
export function packageOf(specifier: string): string | undefined {
  if (/^(?:\.|\/|#|data:|file:)/.test(specifier) || isBuiltin(specifier)) return undefined
  const [first = '', second = ''] = specifier.split('/')
  return first.startsWith('@') ? `${first}/${second}` : first
}

/** The path from the root that a relative specifier leads to; undefined for any other. */
export function resolveRelative(file: string, specifier: string): string | undefined {
  return specifier.startsWith('.') ? posix.join(posix.dirname(file), specifier) : undefined
}
