import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isMochiError } from '@mochi/errors'
import { applyEdits, modify } from 'jsonc-parser'
import type { LockOptions, LockReport } from './api.ts'
import { createArtifactStore } from './artifact-store.ts'
import type { ArtifactStore } from './artifact-store.ts'
import { writeFileAtomic } from './atomic-file.ts'
import { computeContents } from './contents.ts'
import { errors } from './errors.ts'
import { formatLock, parseEditedLock, parseLock } from './lock-file.ts'
import type { Lock } from './lock-file.ts'
import { mapConcurrently } from './map-concurrently.ts'
import { askSite } from './node-site.ts'
import type { SiteAnswer } from './node-site.ts'
import { fetchPackument } from './packument.ts'
import type { Packument } from './packument.ts'
import { contentPaths, diffLocks, groupArtifacts, knownContents, planArtifacts, planUpdate } from './plan-lock.ts'
import type { ArtifactPlan } from './plan-lock.ts'
import { readScripts } from './scripts.ts'
import { parseWanted, readWanted } from './wanted.ts'
import type { Wanted } from './wanted.ts'

/**
 * Makes toolchain.lock from toolchain.json: asks the registry for every tool and platform, refuses what is too young or
 * has changed, downloads and reads what the lock does not know yet, and replaces the lock by one rename. Nothing is
 * written when anything fails. Errors: those of `readWanted` and those of the registry (TOOLCHAIN_COOLDOWN, …).
 */
export async function lock(options: LockOptions): Promise<LockReport> {
  const file = join(options.root, 'toolchain/toolchain.lock')
  const current = await readWanted(join(options.root, 'toolchain/toolchain.json'))
  const [standing, packuments, scripts] = await Promise.all([
    readPrevious(file),
    askRegistry(current, options),
    readScripts(options.root),
  ])
  const previous = standing?.lock
  const moved = options.update === true ? await planMoves(current, packuments, options) : { updated: [], notes: [] }
  const wantedText = await moveVersions(options.root, moved.updated)
  const wanted = parseWanted(wantedText)
  const sites = await askSites(wanted, options)
  const plan = planArtifacts(wanted, { now: options.now(), packuments, sites, previous })
  const contents = await completeContents(plan, { previous, sites, store: createArtifactStore(options), options })
  const text = formatLock({ artifacts: plan.artifacts, contents, scripts })
  const next = parseLock(text, file)
  const written = options.dryRun !== true && text !== standing?.text
  if (written && moved.updated.length > 0)
    await writeFileAtomic(join(options.root, 'toolchain/toolchain.json'), wantedText)
  if (written) await writeFileAtomic(file, text)
  return {
    generation: next.generation,
    previous: previous?.generation,
    written,
    changes: diffLocks(previous, next),
    updated: moved.updated,
    notes: [...(standing?.isEdited === true ? [EDITED] : []), ...moved.notes, ...plan.notes],
  }
}

const EDITED =
  'The first line of the lock that stood there was not that of its lines: somebody edited or merged it. Its lines were ' +
  'compared as they stood; lines that were removed were compared with nothing.'

/**
 * A lock that is absent is made; one that does not read is an error, because its digests are what a new one is compared
 * with. One whose lines were removed reads: that is how a person accepts other bytes.
 */
async function readPrevious(file: string): Promise<{ text: string; lock: Lock; isEdited: boolean } | undefined> {
  try {
    const text = await readFile(file, 'utf8')
    return { text, ...parseEditedLock(text, file) }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    if (isMochiError(error)) throw error
    throw errors.TOOLCHAIN_LOCK_ABSENT({ file }, { cause: error })
  }
}

async function askRegistry(wanted: Wanted, options: LockOptions): Promise<Map<string, Packument>> {
  const names = [...new Set(wanted.tools.flatMap(({ packages }) => Object.values(packages)))]
  const answers = await mapConcurrently(names, 6, async (name) => {
    options.onProgress?.({ kind: 'asking', what: name })
    return [name, await fetchPackument(options, name)] as const
  })
  return new Map(answers)
}

async function askSites(wanted: Wanted, options: LockOptions): Promise<Map<string, SiteAnswer>> {
  const versions = wanted.tools.filter(({ site }) => site).map(({ version }) => version)
  const answers = await mapConcurrently([...new Set(versions)], 2, async (version) => {
    options.onProgress?.({ kind: 'asking', what: `the digests of Node ${version}` })
    return [version, await askSite({ version, fetch: options.fetch, nodeSite: options.nodeSite })] as const
  })
  return new Map(answers)
}

/** A tool with a site of its own stays where it is when the site does not say the digests of the new version. */
async function planMoves(
  wanted: Wanted,
  packuments: ReadonlyMap<string, Packument>,
  options: LockOptions,
): Promise<Pick<LockReport, 'updated' | 'notes'>> {
  const moves = planUpdate(wanted, { now: options.now(), packuments })
  const onSite = new Set(wanted.tools.filter(({ site }) => site).map(({ name }) => name))
  const judged = await mapConcurrently(moves, 2, async (move) => {
    if (!onSite.has(move.tool)) return { move, note: undefined }
    const site = await askSite({ version: move.to, fetch: options.fetch, nodeSite: options.nodeSite })
    if (site.kind === 'digests') return { move, note: undefined }
    const reason = `its site does not give the digests of ${move.to} (${site.address}: ${site.reason})`
    return { move, note: `${move.tool} stays at ${move.from}: ${reason}.` }
  })
  return {
    updated: judged.flatMap(({ move, note }) => (note === undefined ? [move] : [])),
    notes: judged.flatMap(({ note }) => (note === undefined ? [] : [note])),
  }
}

/** The text of toolchain.json with other versions and nothing else changed: the layout stays. */
async function moveVersions(root: string, moves: LockReport['updated']): Promise<string> {
  const text = await readFile(join(root, 'toolchain/toolchain.json'), 'utf8')
  return moves.reduce((rest, { tool, to }) => applyEdits(rest, modify(rest, ['tools', tool, 'version'], to, {})), text)
}

/** Content lines in the order of the artefacts: the previous lock's where the archives are the same, else computed. */
async function completeContents(
  plan: ArtifactPlan,
  at: {
    previous: Lock | undefined
    sites: ReadonlyMap<string, SiteAnswer>
    store: ArtifactStore
    options: LockOptions
  },
): Promise<Lock['contents']> {
  const contents = await mapConcurrently(groupArtifacts(plan.artifacts), 4, async (group) => {
    const known = knownContents(group, at.previous)
    if (known !== undefined) return known
    // The archives of a site that is away cannot be read; the registry's are enough to say what the file is.
    const readable = group.sources.filter(
      ({ source }) => source.startsWith('npm:') || at.sites.get(group.version)?.kind === 'digests',
    )
    return computeContents(group, {
      paths: contentPaths(group),
      readable,
      store: at.store,
      onProgress: at.options.onProgress,
    })
  })
  return contents.flat()
}
