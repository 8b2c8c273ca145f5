import { createAskUpstream } from './ask-upstream.ts'
import type { Company } from '../company/company.ts'
import { NeedsWriter } from '../mirror/mirror.ts'
import type { Packuments } from '../read/packuments.ts'
import type { Tokens } from '../tokens/store.ts'
import type { Uplink } from '../uplink/uplink.ts'
import type { UplinkFault } from '../uplink/uplink-fault.ts'
import { createAttestations } from './attestations.ts'
import { createAudit } from './audit.ts'
import { createDistTags } from './dist-tags.ts'
import { createExplain } from './explain.ts'
import { createKeys } from './keys.ts'
import type { KeysParts } from './keys.ts'
import type { Route } from './route.ts'
import { createSearch } from './search.ts'

export type RoutesParts = Omit<KeysParts, 'askUpstream'> & {
  readonly packuments: Packuments
  readonly company: Pick<Company, 'read'>
  readonly tokens: Pick<Tokens, 'identify'>
  readonly scopes: readonly string[]
  readonly uplink: Uplink | undefined
  readonly onFault: (fault: UplinkFault, what: string) => void
}

/** What is asked of a registry beside packages. */
export function createRoutes(parts: RoutesParts): readonly Route[] {
  const { company, tokens, mayWrite, uplink, onFault } = parts
  const askUpstream = createAskUpstream(uplink, onFault)
  return [
    createExplain(parts),
    createDistTags(parts),
    createAudit({ ...parts, askUpstream }),
    createKeys({ ...parts, askUpstream }),
    createAttestations({ ...parts, askUpstream }),
    createSearch({
      ...parts,
      askUpstream,
      askCompany: async (path, { headers }) => {
        if (!mayWrite()) throw new NeedsWriter()
        return company.read(path, tokens.identify(headers.authorization))
      },
    }),
  ]
}
