import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { errors } from './errors.ts'
import { isPlatform, PLATFORMS } from './platforms.ts'
import type { Platform } from './platforms.ts'

export { MEND_LOCK } from './mend-lock.ts'

/** One archive that a tool is made of on one platform. A second one for the same tool and platform is another source. */
export type Artifact = {
  tool: string
  version: string
  platform: Platform
  /** `npm:<package>@<version>`, or `node-site:<path below the site's dist folder>`. */
  source: string
  /** `sha512:<hex>` or `sha256:<hex>` of the archive. */
  digest: string
  /** Paths below the archive's top folder to unpack; `.` is all of it. */
  keep: readonly string[]
  /** Name on PATH to path below the tool's folder. */
  links: Readonly<Record<string, string>>
}

/** What an unpacked tool must hold: `.` is the digest of its tree, another path that of one file. */
export type Content = { tool: string; version: string; platform: Platform; path: string; digest: string }

/** An internal script of `toolchain/bin`. */
export type Script = { name: string; digest: string }

/** Exactly what a generation holds, for every platform. Lines keep the order in which they stand. */
export type Lock = {
  /** First 16 hex digits of the SHA-256 of everything after the lock's first line. */
  generation: string
  artifacts: readonly Artifact[]
  contents: readonly Content[]
  scripts: readonly Script[]
}

/** A lock before its generation is computed. */
export type LockBody = Omit<Lock, 'generation'>

const NAME = /^[A-Za-z0-9@][A-Za-z0-9@._+-]*$/
const SOURCE = /^(?:npm:(?:@[a-z0-9][\w.-]*\/)?[a-z0-9][\w.-]*@[0-9][\w.+-]*|node-site:[\w.+-]+(?:\/[\w.+-]+)*)$/
const DIGEST = /^(?:sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/
const SHA256 = /^sha256:[0-9a-f]{64}$/

/** Reads and parses a checkout's `toolchain.lock`. Errors: TOOLCHAIN_LOCK_ABSENT, TOOLCHAIN_LOCK_DAMAGED. */
export async function readLock(file: string): Promise<Lock> {
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (cause) {
    throw errors.TOOLCHAIN_LOCK_ABSENT({ file }, { cause })
  }
  return parseLock(text, file)
}

/** Parses the text of a lock. Every fault is reported at once, by line: TOOLCHAIN_LOCK_DAMAGED. */
export function parseLock(text: string, file = 'toolchain.lock'): Lock {
  const { lock, idFault, faults } = parseLines(text)
  const all = idFault === undefined ? faults : [idFault, ...faults]
  if (all.length > 0) throw errors.TOOLCHAIN_LOCK_DAMAGED({ file, faults: all })
  return lock
}

/**
 * Parses the text of a lock from which somebody may have removed lines: every line is checked, and that the id is that
 * of the lines is not demanded but told. Error: TOOLCHAIN_LOCK_DAMAGED.
 */
export function parseEditedLock(text: string, file: string): { lock: Lock; isEdited: boolean } {
  const { lock, idFault, faults } = parseLines(text)
  if (faults.length > 0) throw errors.TOOLCHAIN_LOCK_DAMAGED({ file, faults })
  return { lock, isEdited: idFault !== undefined }
}

function parseLines(text: string): { lock: Lock; idFault: string | undefined; faults: readonly string[] } {
  const faults: string[] = []
  const [first = '', ...rest] = text.split('\n')
  if (rest.at(-1) !== '') faults.push(`${rest.length + 1}: the last line must end with a line feed`)
  const body = { artifacts: [] as Artifact[], contents: [] as Content[], scripts: [] as Script[] }
  rest.slice(0, rest.at(-1) === '' ? -1 : undefined).forEach((line, index) => {
    const fault = parseLine(line, body)
    if (fault !== undefined) faults.push(`${index + 2}: ${fault}`)
  })
  const generation = /^generation ([0-9a-f]{16})$/.exec(first)?.[1] ?? ''
  if (generation === '') faults.unshift('1: expected "generation" and 16 hexadecimal digits')
  const fits = generation === '' || generation === digestOf(text.slice(first.length + 1))
  const idFault = fits ? undefined : `1: generation ${generation} is not that of the lines below`
  return { lock: { generation, ...body }, idFault, faults }
}

/** The text of a lock. `parseLock(formatLock(body))` gives the same body, and its generation. */
export function formatLock(lock: LockBody): string {
  const lines = [
    ...lock.artifacts.map(formatArtifact),
    ...lock.contents.map((at) => `content ${at.tool} ${at.version} ${at.platform} ${at.path} ${at.digest}`),
    ...lock.scripts.map(({ name, digest }) => `script ${name} ${digest}`),
  ]
  const body = lines.map((line) => `${line}\n`).join('')
  return `generation ${digestOf(body)}\n${body}`
}

function formatArtifact(at: Artifact): string {
  const links = Object.entries(at.links).map(([name, path]) => `${name}=${path}`)
  return `artifact ${at.tool} ${at.version} ${at.platform} ${at.source} ${at.digest} ${at.keep.join(',')} ${links.join(',')}`
}

function digestOf(body: string): string {
  return createHash('sha256').update(body).digest('hex').slice(0, 16)
}

type MutableBody = { artifacts: Artifact[]; contents: Content[]; scripts: Script[] }

/** Adds a line to the body, or says what is wrong with it. */
function parseLine(line: string, body: MutableBody): string | undefined {
  const [kind = '', ...fields] = line.split(' ')
  switch (kind) {
    case 'artifact':
      return parseArtifact(fields, body)
    case 'content':
      return parseContent(fields, body)
    case 'script':
      return parseScript(fields, body)
    default:
      return `expected a line that begins with artifact, content or script, found ${JSON.stringify(line.slice(0, 40))}`
  }
}

function parseArtifact(fields: string[], body: MutableBody): string | undefined {
  if (fields.length !== 7) return `an artifact line has 7 fields after its first word, this one ${fields.length}`
  const [tool = '', version = '', platform = '', source = '', digest = '', keepText = '', linksText = ''] = fields
  const keep = keepText.split(',')
  const links = parseLinks(linksText)
  const fault =
    faultOfTool(tool, version, platform) ??
    (SOURCE.test(source) ? undefined : `not a source: ${source}`) ??
    (DIGEST.test(digest) ? undefined : `not a digest: ${digest}`) ??
    keep.map(faultOfPath).find((at) => at !== undefined)
  if (fault !== undefined) return fault
  if (links === undefined || !isPlatform(platform)) return `not a list of links: ${linksText}`
  if (body.artifacts.some((at) => at.tool === tool && at.platform === platform && at.source === source))
    return `${tool} for ${platform} from ${source} stands twice`
  body.artifacts.push({ tool, version, platform, source, digest, keep, links })
  return undefined
}

function parseContent(fields: string[], body: MutableBody): string | undefined {
  if (fields.length !== 5) return `a content line has 5 fields after its first word, this one ${fields.length}`
  const [tool = '', version = '', platform = '', path = '', digest = ''] = fields
  const fault =
    faultOfTool(tool, version, platform) ??
    faultOfPath(path) ??
    (SHA256.test(digest) ? undefined : `not a SHA-256: ${digest}`)
  if (fault !== undefined || !isPlatform(platform)) return fault
  body.contents.push({ tool, version, platform, path, digest })
  return undefined
}

function parseScript(fields: string[], body: MutableBody): string | undefined {
  if (fields.length !== 2) return `a script line has 2 fields after its first word, this one ${fields.length}`
  const [name = '', digest = ''] = fields
  if (!NAME.test(name)) return `not a script's name: ${name}`
  if (!SHA256.test(digest)) return `not a SHA-256: ${digest}`
  body.scripts.push({ name, digest })
  return undefined
}

function faultOfTool(tool: string, version: string, platform: string): string | undefined {
  if (!NAME.test(tool)) return `not a tool's name: ${tool}`
  if (!/^[0-9][\w.+-]*$/.test(version)) return `not a version: ${version}`
  if (!isPlatform(platform)) return `not a platform (${PLATFORMS.join(', ')}): ${platform}`
  return undefined
}

/** A path below an archive's top folder: relative, no `..`, nothing that a shell or a lock line would split. */
function faultOfPath(path: string): string | undefined {
  if (path === '.') return undefined
  const fine = path.split('/').every((part) => /^[\w@+.-]+$/.test(part) && part !== '.' && part !== '..')
  return fine ? undefined : `not a path inside an archive: ${path}`
}

function parseLinks(text: string): Record<string, string> | undefined {
  const pairs = text.split(',').map((pair) => pair.split('='))
  const fine = pairs.every(
    ([name = '', path = '', ...more]) =>
      more.length === 0 && NAME.test(name) && path !== '.' && faultOfPath(path) === undefined,
  )
  if (!fine || new Set(pairs.map(([name]) => name)).size !== pairs.length) return undefined
  return Object.fromEntries(pairs.map(([name = '', path = '']) => [name, path]))
}
