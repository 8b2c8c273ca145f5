import { unscoped } from '../names/package-name.ts'
import type { Manifest, Packument } from './packument.ts'
import { emptyRecord } from './record.ts'

/** What an installer needs of a manifest as it stands there: https://github.com/npm/registry/blob/main/docs/responses/package-metadata.md */
const INSTALL_KEYS = [
  'deprecated',
  'dependencies',
  'optionalDependencies',
  'devDependencies',
  'peerDependencies',
  'peerDependenciesMeta',
  'bin',
  'directories',
  'engines',
  'cpu',
  'os',
  'libc',
  'funding',
  '_hasShrinkwrap',
] as const

const INSTALL_SCRIPTS = ['preinstall', 'install', 'postinstall']

/** What is stored of a packument for those who install: all that is known of it, or what an installer needs. */
export type LinesForm = 'full' | 'abbreviated'

/**
 * A packument as it is stored: in the first line what is known beside its versions, as JSON; then a line for each version, its number and its
 * manifest as JSON in two parts, between which the address of the registry belongs. In JSON that is written without blanks there
 * is neither a tab nor the end of a line. What clients get is put together of these without being parsed.
 */
export function toLines(packument: Packument, form: LinesForm): Buffer {
  const { versions, ...head } = packument
  const first = form === 'full' ? head : { name: packument.name }
  const map = form === 'full' ? splitManifest : (manifest: Manifest) => splitManifest(abbreviate(manifest))
  const lines = Object.entries(versions).map(([version, manifest]) => `${version}\t${map(manifest)}`)
  return Buffer.from([JSON.stringify(first), ...lines, ''].join('\n'))
}

/** Its tarball is named last: what follows is the path of it and the end of the manifest. */
function splitManifest(manifest: Manifest): string {
  const { dist, ...rest } = manifest
  const facts = Object.fromEntries(Object.entries(dist).filter(([key]) => key !== 'tarball'))
  const path = `/${manifest.name}/-/${unscoped(manifest.name)}-${manifest.version}.tgz`
  return `${open({ ...rest })}"dist":${open(facts)}"tarball":"\t${JSON.stringify(path).slice(1)}}}`
}

/** An object as JSON up to where its next member begins. */
function open(members: object): string {
  const text = JSON.stringify(members).slice(0, -1)
  return text === '{' ? text : `${text},`
}

/**
 * What clients get of a packument, as JSON: those of its versions that are allowed, with the tags and times of `allowed`, and tarballs
 * below `base`, the registry's address without a slash at its end. The same lines give the same text.
 */
export function assemble(lines: Buffer, { allowed, form, base }: AssembleOptions): Buffer {
  const { name, 'dist-tags': tags, time } = allowed
  const end = lines.indexOf(NEWLINE)
  const head = JSON.parse(lines.toString('utf8', 0, end)) as object
  const dated =
    form === 'full'
      ? { ...head, 'dist-tags': tags, ...(time && { time }) }
      : { name, modified: time?.['modified'], 'dist-tags': tags }
  const pieces: Buffer[] = [Buffer.from(`${open(dated)}"versions":{`)]
  const between = Buffer.from(base)
  for (const { version, before, after } of eachLine(lines, end + 1)) {
    if (!Object.hasOwn(allowed.versions, version)) continue
    pieces.push(Buffer.from(`${pieces.length === 1 ? '' : ','}${JSON.stringify(version)}:`), before, between, after)
  }
  pieces.push(Buffer.from(form === 'full' ? '}}' : `},"time":${JSON.stringify(time ?? {})}}`))
  return Buffer.concat(pieces)
}

export type AssembleOptions = {
  /** The packument, or its brief form, under the policy. */
  readonly allowed: Packument
  readonly form: LinesForm
  readonly base: string
}

/** One version, as in the packument; undefined when it is not there. */
export function assembleManifest(lines: Buffer, version: string, base: string): Buffer | undefined {
  for (const { version: found, before, after } of eachLine(lines, lines.indexOf(NEWLINE) + 1)) {
    if (found === version) return Buffer.concat([before, Buffer.from(base), after])
  }
  return undefined
}

/** A packument of which the full form was stored, without its versions, and those manifests of it that are named. */
export function readLines(
  lines: Buffer,
  versions: readonly string[],
): { head: Record<string, unknown>; manifests: Record<string, Manifest> } {
  const end = lines.indexOf(NEWLINE)
  const wanted = new Set(versions)
  const manifests = emptyRecord<Manifest>()
  for (const { version, before, after } of eachLine(lines, end + 1)) {
    if (wanted.has(version)) manifests[version] = JSON.parse(`${before.toString()}${after.toString()}`) as Manifest
  }
  return { head: JSON.parse(lines.toString('utf8', 0, end)) as Record<string, unknown>, manifests }
}

const NEWLINE = 10
const TAB = 9

function* eachLine(lines: Buffer, from: number): Generator<{ version: string; before: Buffer; after: Buffer }> {
  for (let start = from; start < lines.length;) {
    const end = lines.indexOf(NEWLINE, start)
    const first = lines.indexOf(TAB, start)
    const second = lines.indexOf(TAB, first + 1)
    yield {
      version: lines.toString('latin1', start, first),
      before: lines.subarray(first + 1, second),
      after: lines.subarray(second + 1, end),
    }
    start = end + 1
  }
}

/** What an installer needs of a manifest, `application/vnd.npm.install-v1+json`. */
function abbreviate(manifest: Manifest): Manifest {
  const { name, version, dist } = manifest
  const short: Manifest = { name, version, dist }
  for (const key of INSTALL_KEYS) if (manifest[key] !== undefined) short[key] = manifest[key]
  const bundled = manifest['bundleDependencies'] ?? manifest['bundledDependencies']
  if (bundled !== undefined) short['bundleDependencies'] = bundled
  if (hasInstallScript(manifest)) short.hasInstallScript = true
  return short
}

/** Registries do not write it into full packuments, where the scripts themselves are. */
function hasInstallScript({ hasInstallScript, scripts }: Manifest): boolean {
  if (typeof scripts !== 'object' || scripts === null) return hasInstallScript === true
  return hasInstallScript === true || INSTALL_SCRIPTS.some((script) => Object.hasOwn(scripts, script))
}
