import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { refusal, sendRefusal } from '../refusal.ts'
import type { Route } from './route.ts'

/** Only the sources of a checkout have it beside them; a bundle has not. */
const OF_CHECKOUT = 'apps/registry/src/routes'

/** `toolchain/install` as it is now, and its SHA-256 in hex; undefined where the registry does not run from a checkout. */
export async function readInstaller(
  folder: string = import.meta.dirname,
): Promise<{ text: Buffer; sha256: string } | undefined> {
  if (!folder.endsWith(OF_CHECKOUT)) return undefined
  const text = await readFile(join(folder, '../../../../toolchain/install')).catch(() => undefined)
  return text && { text, sha256: createHash('sha256').update(text).digest('hex') }
}

/** `GET /-/mochi/install`: what a new machine begins with. The page shows the digest that it has to have. */
export function createInstall(): Route {
  return {
    method: 'GET',
    path: /^\/-\/mochi\/install$/,
    answer: async ({ response }) => {
      const installer = await readInstaller()
      if (installer === undefined) {
        sendRefusal(response, refusal(404, 'REGISTRY_NO_INSTALLER', 'this registry does not run from a checkout'))
        return
      }
      response.writeHead(200, {
        'content-type': 'text/plain; charset=utf-8',
        'content-length': installer.text.length,
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
      })
      response.end(installer.text)
    },
  }
}
