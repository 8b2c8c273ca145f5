import { join } from 'node:path'
import { randomUUID } from 'node:crypto'
import { Final } from '@mochi/mirror'
import type { Applied } from '@mochi/mirror'
import type { Git } from '../git/git.ts'
import { findForward, findOddBranches, requireRelated } from './check-fetched.ts'
import { chooseRefs } from './choose-refs.ts'
import type { Chosen, LeftOut } from './choose-refs.ts'
import { findLfs } from './find-lfs.ts'
import type { Listing, Refs } from './listing.ts'
import { look } from './look.ts'
import { tidy } from './tidy.ts'
import { ARCHIVE, planPublication } from './plan-publication.ts'
import type { Publication } from './plan-publication.ts'
import { movePacks, updateRefs } from './publish.ts'
import { Quarantine } from './quarantine.ts'
import type { Upstream } from './quarantine.ts'
import { findingsOf, leftOutFindings, Report } from './report.ts'
import type { Repository } from './repository.ts'

/** Where a renewal has come to; tests kill a process there. */
export type Step =
  | 'looked'
  | 'created'
  | 'quarantined'
  | 'fetched'
  | 'checked'
  | 'reported'
  | 'pack moved'
  | 'refs written'
  | 'head written'
  | 'tidied'

export type RenewalOptions = {
  readonly name: string
  readonly upstream: Upstream
  readonly git: Git
  readonly repository: Repository
  /** Where quarantines and drafts are; on the disk of the repository. */
  readonly quarantines: string
  readonly now: () => number
  readonly onStep?: ((step: Step) => void) | undefined
}

/** What is held, beside what upstream offers of it. */
export type Looked = Chosen & {
  readonly held: Refs
  readonly head: string | undefined
  /** To fetch: it is not held, or not as upstream has it. */
  readonly names: readonly string[]
  readonly isNew: boolean
}
type Fetched = Looked & { readonly wanted: Refs; readonly leftOut: readonly LeftOut[] }

/**
 * Brings one repository to what upstream has. Readers see a whole repository at every point; what a kill leaves behind is in brackets.
 *
 *     held ──look──▶ looked ──nothing new──▶ held
 *                      │
 *                  create [nothing, or an empty repository: not served]
 *                      │
 *                    fetch [a quarantine: swept at the next start]
 *                      │
 *                    check ──refused──▶ held
 *                      │
 *                 write report [rewrites that have not happened: told only when their archive is there]
 *                      │
 *                  move packs [objects that no ref names, a pack without index: swept]
 *                      │
 *              transaction of refs [old refs or new ones, locks of refs: swept; the report tells]
 *                      │
 *                  write HEAD [the old default branch: the next look sees it]
 *                      │
 *                    tidy [a pack beside those it replaces]
 *                      │
 *                    held ──findings are remembered──▶ report is cleared
 */
export class Renewal {
  readonly #options: RenewalOptions

  constructor(options: RenewalOptions) {
    this.#options = options
  }

  async look(signal: AbortSignal): Promise<Looked> {
    const { git, upstream, repository } = this.#options
    const [listing, held, head] = await Promise.all([look(git, upstream, signal), repository.refs(), repository.head()])
    return compare(listing, held, head)
  }

  async run(looked: Looked, signal: AbortSignal): Promise<Applied> {
    const { repository } = this.#options
    this.#step('looked')
    if (looked.refs.size === 0 && looked.held.size > 0) throw new Final('upstream is empty now; ours stays as it is')
    if (looked.refs.size === 0) return this.#settle(looked, 0)
    if (!(await repository.exists())) await this.#create(looked)
    else await repository.sweep()
    if (!looked.isNew) return this.#settle(looked, 0)
    const changed = await this.#renew(looked, signal)
    return this.#settle(changed, changed.changed)
  }

  async #create({ refs }: Looked): Promise<void> {
    const [oid = ''] = refs.values()
    await this.#options.repository.create(this.#draft(), oid.length)
    this.#step('created')
  }

  async #renew(looked: Looked, signal: AbortSignal): Promise<Fetched & Publication> {
    const { git, repository } = this.#options
    const [oid = ''] = looked.refs.values()
    await using quarantine = await Quarantine.open(git, this.#draft(), repository, oid.length)
    this.#step('quarantined')
    const fetched = await this.#fetch(looked, quarantine, signal)
    this.#step('fetched')
    const publication = await this.#check(fetched, quarantine, signal)
    this.#step('checked')
    await this.#publish(publication, quarantine)
    await this.#writeHead(fetched)
    await tidy(git, repository, signal)
    this.#step('tidied')
    return { ...fetched, ...publication }
  }

  async #fetch(looked: Looked, quarantine: Quarantine, signal: AbortSignal): Promise<Fetched> {
    const { git, upstream } = this.#options
    const { names, leftOut } = looked
    const fetched = names.length === 0 ? new Map<string, string>() : await quarantine.fetch(names, upstream, signal)
    const wanted = new Map([...looked.refs, ...fetched])
    const odd = await findOddBranches({ git, folder: quarantine.folder, signal }, fetched)
    for (const name of odd) wanted.delete(name)
    return { ...looked, wanted, leftOut: [...leftOut, ...odd.map((name) => ({ name, reason: 'it is no commit' }))] }
  }

  async #check({ held, wanted }: Fetched, { folder }: Quarantine, signal: AbortSignal): Promise<Publication> {
    const facts = { git: this.#options.git, folder, signal }
    await requireRelated(facts, held, wanted)
    const forward = await findForward(facts, held, wanted)
    const day = new Date(this.#options.now()).toISOString().slice(0, 10)
    return planPublication({ held, wanted, isForward: (ref) => forward.has(ref), day })
  }

  async #publish(publication: Publication, { folder }: Quarantine): Promise<void> {
    const { git, repository } = this.#options
    const report = new Report(repository.folder)
    if (publication.rewrites.length > 0) await report.write([...(await report.read()), ...publication.rewrites])
    this.#step('reported')
    await movePacks(folder, repository, () => this.#step('pack moved'))
    await updateRefs(git, repository, publication)
    this.#step('refs written')
  }

  async #writeHead({ head, wanted }: Fetched): Promise<void> {
    const { git, repository } = this.#options
    if (head === undefined || !wanted.has(head) || (await repository.head()) === head) return
    await git.run({ folder: repository.folder, args: ['symbolic-ref', 'HEAD', head] })
    this.#step('head written')
  }

  /** What is to be told of it, also what an earlier run that was killed has not. */
  async #settle({ leftOut }: Pick<Looked, 'leftOut'>, fetched: number): Promise<Applied> {
    const { name, git, repository } = this.#options
    const report = new Report(repository.folder)
    const told = await report.read()
    const refs = told.length === 0 ? undefined : await repository.refs()
    const rewrites = told.filter(({ archive }) => refs?.has(archive))
    const lfs = (await repository.exists()) ? await findLfs(git, repository, name) : []
    const findings = [...findingsOf(name, rewrites), ...leftOutFindings(name, leftOut), ...lfs]
    return { fetched, findings, onNoted: () => report.clear() }
  }

  #draft(): string {
    return join(this.#options.quarantines, `${randomUUID()}.git`)
  }

  #step(step: Step): void {
    this.#options.onStep?.(step)
  }
}

function compare(listing: Listing, held: Refs, heldHead: string | undefined): Looked {
  const { head } = listing
  const { refs, leftOut } = chooseRefs(listing, held)
  const names = [...refs].filter(([name, oid]) => held.get(name) !== oid).map(([name]) => name)
  const isGone = [...held.keys()].some((name) => !name.startsWith(ARCHIVE) && !refs.has(name))
  const isHeadNew = head !== undefined && refs.has(head) && head !== heldHead
  return { refs, leftOut, held, head, names, isNew: names.length > 0 || isGone || isHeadNew }
}
