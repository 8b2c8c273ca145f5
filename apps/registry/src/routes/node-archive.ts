import type { Archives } from '../mirror/archives.ts'
import type { SendTarball } from '../read/send-tarball.ts'
import { refusal, sendRefusal } from '../refusal.ts'
import type { Route } from './route.ts'

export type NodeArchiveParts = {
  readonly archives: Pick<Archives, 'at'>
  readonly sendTarball: SendTarball
}

/** Node's own archives as its download site has them: `MOCHI_NODE_SITE=http://…/-/mochi/node`. */
export function createNodeArchive({ archives, sendTarball }: NodeArchiveParts): Route {
  return {
    method: 'GET',
    path: /^\/-\/mochi\/node\/([\w.+-]+(?:\/[\w.+-]+)*)$/,
    answer: async ({ request, response, what }) => {
      const archive = await archives.at(what)
      if (archive === undefined)
        sendRefusal(
          response,
          refusal(404, 'REGISTRY_NO_ARCHIVE', `${what} is not mirrored: no toolchain.lock here names it`),
        )
      else await sendTarball(request, response, archive)
    },
  }
}
