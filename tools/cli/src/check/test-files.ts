import { resolveRelative } from './imports.ts'
import { isTest } from './source-file.ts'
import type { Package } from './workspace.ts'

/**
 * The files of a package that only its tests load: the tests, and what nothing but tests imports. So a helper of tests
 * needs no special name. A file that nobody imports is an entry, and no test file.
 */
export function testFilesOf({ files, imports }: Package): ReadonlySet<string> {
  const importers = new Map<string, Set<string>>()
  for (const { file, specifier } of imports) {
    const target = resolveRelative(file, specifier)
    if (target !== undefined) importers.set(target, (importers.get(target) ?? new Set()).add(file))
  }
  const product = new Set<string>()
  const isProduct = ({ path }: { path: string }): boolean => {
    const by = importers.get(path)
    return !isTest(path) && (by === undefined || [...by].some((importer) => product.has(importer)))
  }
  for (let size = -1; size !== product.size;) {
    size = product.size
    for (const file of files) if (!product.has(file.path) && isProduct(file)) product.add(file.path)
  }
  return new Set(files.map(({ path }) => path).filter((path) => !product.has(path)))
}
