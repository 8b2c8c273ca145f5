import typescript from 'typescript'
import type { SourceFile } from './workspace.ts'

/** One place where a file names another module: import, export from, `import()`, `require()`, types included. */
export type ImportSite = {
  readonly file: string
  readonly line: number
  readonly specifier: string
}

/** Every module that a file names, found by TypeScript's own scanner: comments and strings do not count. */
export function findImports(file: SourceFile): ImportSite[] {
  const { importedFiles } = typescript.preProcessFile(file.text, true, true)
  return importedFiles.map(({ fileName, pos }) => ({
    file: file.path,
    line: file.text.slice(0, pos).split('\n').length,
    specifier: fileName,
  }))
}

/** The package that a specifier names: `@scope/name` of `@scope/name/part`. Undefined for a path and for Node's own modules. */
export function packageOf(specifier: string): string | undefined {
  if (/^(?:\.|\/|#|node:|data:|file:)/.test(specifier)) return undefined
  const [first = '', second = ''] = specifier.split('/')
  return first.startsWith('@') ? `${first}/${second}` : first
}
