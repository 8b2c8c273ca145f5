import { resolve } from 'node:path'
import { createApp } from '../app.ts'
import { collectErrors } from '../explain/catalogues.ts'
import { renderCommands } from './render-commands.ts'
import { renderErrors } from './render-errors.ts'

/**
 * The generated pages, by path relative to the checkout, as they must stand: `mochi check` compares, `mochi check --fix`
 * writes. Nothing in them depends on the machine, the time or a version.
 */
export async function renderReferences(
  root: string = resolve(import.meta.dirname, '../../../..'),
): Promise<Readonly<Record<string, string>>> {
  const app = createApp({ version: '', help: { color: false, columns: 100 } })
  const pages = {
    'docs/reference/cli.md': renderCommands(app),
    'docs/reference/errors.md': renderErrors(await collectErrors(root)),
  }
  return formatPages(pages, root)
}

/** Explanations are anyone's Markdown: formatted here, so that the format check never disagrees with the generator. */
async function formatPages(pages: Readonly<Record<string, string>>, root: string): Promise<Record<string, string>> {
  const { format, resolveConfig } = await import('prettier')
  const entries = Object.entries(pages).map(async ([path, text]) => {
    const filepath = resolve(root, path)
    return [path, await format(text, { ...(await resolveConfig(filepath)), filepath })] as const
  })
  return Object.fromEntries(await Promise.all(entries))
}
