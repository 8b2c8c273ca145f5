import { readFile } from 'node:fs/promises'
import { findNodeAtLocation, getNodeValue, parseTree, printParseErrorCode } from 'jsonc-parser'
import type { Node, ParseError } from 'jsonc-parser'
import { Settings } from 'typebox/system'
import { Errors } from 'typebox/value'
import type { TLocalizedValidationError } from 'typebox/error'
import { errors } from './errors.ts'
import { PLATFORMS } from './platforms.ts'
import type { Platform } from './platforms.ts'
import { wantedSchema } from './wanted-schema.ts'

// The library stops after 8 faults unless told otherwise; a user mends them all in one go.
Settings.Set({ maxErrors: 200 })

/** One entry of `tools` in toolchain.json, filled in. */
export type WantedTool = {
  name: string
  version: string
  /** The npm package of each platform; the same one four times when it is for all. */
  packages: Readonly<Record<Platform, string>>
  /** Paths to unpack; `.` is all. */
  keep: readonly string[]
  links: Readonly<Record<string, string>>
  /** True for node alone: its own download site is a second source. */
  site: boolean
}

/** What toolchain.json asks for, in its order. */
export type Wanted = { cooldownHours: number; tools: readonly WantedTool[] }

/** Reads, parses and checks a checkout's toolchain.json. Error: TOOLCHAIN_WANTED_INVALID. */
export async function readWanted(file: string): Promise<Wanted> {
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (cause) {
    throw errors.TOOLCHAIN_WANTED_INVALID({ file, faults: ['1:1: the file cannot be read'] }, { cause })
  }
  return parseWanted(text, file)
}

/** Parses the text of toolchain.json; comments are allowed. All faults at once: TOOLCHAIN_WANTED_INVALID. */
export function parseWanted(text: string, file = 'toolchain.json'): Wanted {
  const broken: ParseError[] = []
  const tree = parseTree(text, broken)
  const position = (offset: number): string => lineAndColumn(text, offset)
  const faults = broken.map(({ error, offset }) => `${position(offset)}: ${inWords(printParseErrorCode(error))}`)
  if (faults.length > 0 || tree === undefined) throw errors.TOOLCHAIN_WANTED_INVALID({ file, faults })
  const value: unknown = getNodeValue(tree)
  const wrong = [
    ...Errors(wantedSchema, value).flatMap((fault) => describe(fault, tree)),
    ...faultsOfMeaning(value, tree),
  ].map(({ offset, message }) => `${position(offset)}: ${message}`)
  if (wrong.length > 0) throw errors.TOOLCHAIN_WANTED_INVALID({ file, faults: [...new Set(wrong)] })
  return normalize(value as Document)
}

type Document = {
  cooldownHours: number
  tools: Record<
    string,
    {
      version: string
      package: string | Record<Platform, string>
      keep?: string[]
      links: Record<string, string>
      site?: boolean
    }
  >
}

type Fault = { offset: number; message: string }

function normalize(document: Document): Wanted {
  const tools = Object.entries(document.tools).map(([name, tool]): WantedTool => {
    const packages = Object.fromEntries(
      PLATFORMS.map((platform) => [platform, typeof tool.package === 'string' ? tool.package : tool.package[platform]]),
    ) as Record<Platform, string>
    return {
      name,
      version: tool.version,
      packages,
      keep: tool.keep ?? ['.'],
      links: tool.links,
      site: tool.site ?? false,
    }
  })
  return { cooldownHours: document.cooldownHours, tools }
}

/** The schema's fault at its place in the text; one for each property that must not be there. */
function describe(fault: TLocalizedValidationError, tree: Node): Fault[] {
  const path = fault.instancePath.split('/').slice(1).map(unescapePointer)
  const at = path.length === 0 ? 'the document' : path.join('.')
  // The members of a union, and the fault about the property itself, say what is wrong better than these two.
  if (fault.keyword === 'anyOf' || fault.keyword === 'boolean') return []
  const extra = fault.keyword === 'additionalProperties' ? fault.params.additionalProperties : ([] as readonly string[])
  if (extra.length > 0)
    return extra.map((name) => ({
      offset: offsetOf(tree, [...path, name]),
      message: `${at} has no property ${JSON.stringify(name)}`,
    }))
  return [{ offset: offsetOf(tree, path), message: `${at} ${fault.message}` }]
}

/** What the schema cannot say: a command is linked by one tool only, and a kept path holds what is linked. */
function faultsOfMeaning(value: unknown, tree: Node): Fault[] {
  const tools = Object.entries((value as Partial<Document>).tools ?? {})
  const owners = new Map<string, string>()
  const faults: Fault[] = []
  for (const [name, tool] of tools) {
    const links = Object.entries((tool as Partial<typeof tool>).links ?? {})
    for (const [link, path] of links) {
      const offset = offsetOf(tree, ['tools', name, 'links', link])
      const owner = owners.get(link)
      if (owner !== undefined) faults.push({ offset, message: `${owner} links the command ${link} already` })
      owners.set(link, name)
      if (tool.keep !== undefined && !tool.keep.some((kept) => path === kept || path.startsWith(`${kept}/`)))
        faults.push({ offset, message: `${path} is linked but not kept` })
    }
  }
  return faults
}

/** `ValueExpected` as `value expected`. */
function inWords(code: string): string {
  return code.replace(/(?<=.)[A-Z]/g, ' $&').toLowerCase()
}

function offsetOf(tree: Node, path: readonly string[]): number {
  for (let length = path.length; length > 0; length--) {
    const node = findNodeAtLocation(tree, path.slice(0, length).map(toSegment))
    if (node !== undefined) return node.parent?.type === 'property' ? node.parent.offset : node.offset
  }
  return tree.offset
}

function toSegment(segment: string): string | number {
  return /^\d+$/.test(segment) ? Number(segment) : segment
}

function unescapePointer(segment: string): string {
  return segment.replaceAll('~1', '/').replaceAll('~0', '~')
}

function lineAndColumn(text: string, offset: number): string {
  const before = text.slice(0, offset).split('\n')
  return `${before.length}:${(before.at(-1) ?? '').length + 1}`
}
