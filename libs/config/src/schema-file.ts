import { join } from 'node:path'
import type { TSchema } from 'typebox'
import { mochiSchema } from './schema.ts'
import { hostSchema } from './service/host.ts'

/** The file that editors read, for `"$schema"` in mochi.json. */
export const mochiSchemaPath: string = join(import.meta.dirname, '../mochi.schema.json')

/** The file that editors read for `etc/host.json`. */
export const hostSchemaPath: string = join(import.meta.dirname, '../host.schema.json')

const WIDEST = 120

/** The text of `mochi.schema.json`. */
export function renderMochiSchema(): string {
  return renderSchema(mochiSchema)
}

/** The text of `host.schema.json`. */
export function renderHostSchema(): string {
  return renderSchema(hostSchema)
}

/** The text of a file in which editors find a schema, as the formatter of this repository writes it. */
export function renderSchema(schema: TSchema): string {
  const document: unknown = JSON.parse(
    JSON.stringify({ $schema: 'http://json-schema.org/draft-07/schema#', ...schema }),
  )
  return `${render(document, '', 0)}\n`
}

/** `taken`: how many characters of the value's first line are not its own. */
function render(value: unknown, indent: string, taken: number): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  if (!Array.isArray(value)) return block('{}', indent, renderEntries(value, indent))
  const inOneLine = `[${value.map((item) => JSON.stringify(item)).join(', ')}]`
  const isShort = !value.some((item) => typeof item === 'object') && taken + inOneLine.length <= WIDEST
  if (isShort) return inOneLine
  const items = value.map((item) => render(item, `${indent}  `, indent.length + 3))
  return block('[]', indent, items)
}

function renderEntries(value: object, indent: string): string[] {
  const entries = Object.entries(value)
  return entries.map(([key, item], index) => {
    const name = `${JSON.stringify(key)}: `
    const comma = index < entries.length - 1 ? 1 : 0
    return name + render(item, `${indent}  `, indent.length + 2 + name.length + comma)
  })
}

function block([open = '', close = '']: string, indent: string, lines: readonly string[]): string {
  if (lines.length === 0) return open + close
  return `${open}\n${lines.map((line) => `${indent}  ${line}`).join(',\n')}\n${indent}${close}`
}
