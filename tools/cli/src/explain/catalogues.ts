import { glob, readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { ErrorDefinition } from '@mochi/errors'
import { projectFolders } from '@mochi/names'
import { errors } from '../errors.ts'

/** An error's words, without its facts. */
export type ExplainedError = {
  code: string
  /** The project that defines it, by its Nx name. */
  project: string
  /** Path of the catalogue, relative to the checkout. */
  file: string
  summary: string
  /** Markdown. */
  explain: string
}

/** Where a catalogue can stand: `errors.ts`, or `<part>-errors.ts` beside it, anywhere in the sources of a project. */
const CATALOGUE_FILES = `${projectFolders}/src/**/{,*-}errors.ts`

/**
 * Every error that a project of this checkout can give, sorted by code. Catalogues are found by their place, so that a
 * new project needs no entry anywhere. Throws CLI_CATALOGUE_DAMAGED for a file that exports no catalogue, and
 * CLI_CODE_TWICE when two define one code.
 */
export async function collectErrors(root: string): Promise<readonly ExplainedError[]> {
  const files = (await Array.fromAsync(glob(CATALOGUE_FILES, { cwd: root, exclude: isForeign }))).sort()
  const collected = (await Promise.all(files.map((file) => readCatalogue(root, file)))).flat()
  collected.sort((a, b) => compareText(a.code, b.code))
  const twice = collected.find((error, index) => error.code === collected[index + 1]?.code)
  if (twice !== undefined) {
    const where = collected.filter(({ code }) => code === twice.code).map(({ file }) => file)
    throw errors.CLI_CODE_TWICE({ code: twice.code, files: where })
  }
  return collected
}

/** The definitions of every catalogue that a file exports, whatever it calls it. */
async function readCatalogue(root: string, file: string): Promise<readonly ExplainedError[]> {
  if (!(await isCatalogueFile(root, file))) return []
  const loaded = (await import(pathToFileURL(join(root, file)).href)) as Record<string, unknown>
  const catalogues = Object.values(loaded).filter(isCatalogue)
  if (catalogues.length === 0 && basename(file) === 'errors.ts') throw errors.CLI_CATALOGUE_DAMAGED({ file })
  const definitions = catalogues.flatMap((catalogue) => Object.entries(catalogue.definitions))
  return definitions.map(([code, { summary, explain }]) => ({
    ...{ code, file, summary, explain },
    project: projectOf(file),
  }))
}

/** Loading a file that only has such a name, `render-errors.ts`, could take longer than all catalogues together. */
async function isCatalogueFile(root: string, file: string): Promise<boolean> {
  return basename(file) === 'errors.ts' || (await readFile(join(root, file), 'utf8')).includes('defineErrors(')
}

type AnyCatalogue = { definitions: Readonly<Record<string, ErrorDefinition<never>>> }

function isCatalogue(value: unknown): value is AnyCatalogue {
  if (typeof value !== 'object' || value === null || !('definitions' in value)) return false
  return typeof value.definitions === 'object' && value.definitions !== null
}

/** `libs/config/src/errors.ts` is of `config`; `toolchain/src/errors.ts` of `toolchain`. */
function projectOf(file: string): string {
  const [room = '', name = ''] = file.split('/')
  return name === 'src' ? room : name
}

function isForeign(path: string): boolean {
  return path.includes('node_modules')
}

/** By code unit, so that committed files do not depend on anyone's locale. */
function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
