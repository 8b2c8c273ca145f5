import { join } from 'node:path'
import { mochiSchema } from './schema.ts'

/** The file that editors read, for `"$schema"` in mochi.json. */
export const mochiSchemaPath: string = join(import.meta.dirname, '../mochi.schema.json')

/** The text of `mochi.schema.json`, as the formatter of this repository writes it. */
export function renderMochiSchema(): string {
  const text = JSON.stringify({ $schema: 'http://json-schema.org/draft-07/schema#', ...mochiSchema }, null, 2)
  const withShortLists = text.replace(
    /\[\n\s+([^[\]{}]*?)\n\s+\]/g,
    (_, items: string) => `[${items.replace(/\n\s+/g, ' ')}]`,
  )
  return `${withShortLists}\n`
}
