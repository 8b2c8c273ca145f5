import type { Company } from '../company/company.ts'
import { NeedsWriter } from '../mirror/mirror.ts'
import type { HeldAnswers } from '../mirror/held-answers.ts'
import type { SigningKeys } from '../mirror/signing-keys.ts'
import type { Packuments } from '../read/packuments.ts'
import type { Tokens } from '../tokens/store.ts'
import type { AskUpstream } from '../uplink/ask-upstream.ts'
import { createAttestations } from './attestations.ts'
import { createAudit } from './audit.ts'
import { createDistTags } from './dist-tags.ts'
import { createExplain } from './explain.ts'
import { createInstall } from './install.ts'
import { createKeys } from './keys.ts'
import { createMirror } from './mirror.ts'
import type { MirrorRoutesParts } from './mirror.ts'
import { createNodeArchive } from './node-archive.ts'
import type { NodeArchiveParts } from './node-archive.ts'
import { createPage } from './page.ts'
import type { PageParts } from './page.ts'
import type { Route } from './route.ts'
import { createSearch } from './search.ts'

export type RoutesParts = PageParts &
  MirrorRoutesParts &
  NodeArchiveParts & {
    readonly askUpstream: AskUpstream
    readonly signingKeys: SigningKeys
    readonly answers: HeldAnswers
    readonly fresh: number
    readonly now: () => number
    readonly packuments: Packuments
    readonly company: Pick<Company, 'read'>
    readonly tokens: Pick<Tokens, 'identify'>
    readonly scopes: readonly string[]
  }

/** What is asked of a registry beside packages. */
export function createRoutes(parts: RoutesParts): readonly Route[] {
  const { company, tokens, mayWrite } = parts
  return [
    createPage(parts),
    createInstall(),
    createNodeArchive(parts),
    createExplain(parts),
    createDistTags(parts),
    createAudit(parts),
    createKeys(parts),
    createAttestations(parts),
    ...createMirror(parts),
    createSearch({
      ...parts,
      askCompany: async (path, { headers }) => {
        if (!mayWrite()) throw new NeedsWriter()
        return company.read(path, tokens.identify(headers.authorization))
      },
    }),
  ]
}
