import type { Packuments } from '../read/packuments.ts'
import { parseTarget } from '../names/target.ts'
import { sendNotHeld } from '../read/no-answers.ts'
import { refusal, sendRefusal } from '../refusal.ts'
import { sendJson } from './route.ts'
import type { Route } from './route.ts'

/** What `npm dist-tag ls` asks, of packages that are not the company's: tags as the policy lets them stand. */
export function createDistTags({
  packuments,
}: {
  readonly packuments: Pick<Packuments, 'load' | 'ageHeaders'>
}): Route {
  return {
    method: 'GET',
    path: /^\/-\/package\/(.+)\/dist-tags$/,
    answer: async ({ response, what }) => {
      const target = parseTarget(`/${what}`)
      if (target?.kind !== 'packument') {
        sendRefusal(response, refusal(404, 'REGISTRY_NO_PACKAGE', 'no package has such a name'))
        return
      }
      const found = await packuments.load(target.name)
      if ('is' in found) sendNotHeld(response, target.name, found)
      else sendJson(response, JSON.stringify(found.loaded.allowed['dist-tags']), packuments.ageHeaders(found.awaySince))
    },
  }
}
