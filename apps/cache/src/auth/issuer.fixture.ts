import { createServer } from 'node:http'
import { listenOnFreePort } from '@mochi/testing'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'

/** A CI that gives its runs tokens, with its discovery document and keys on loopback. */
export async function startIssuer() {
  const pair = await generateKeyPair('ES256', { extractable: true })
  const state = {
    pair,
    kid: 'one',
    keysAt: '/keys',
    asked: 0,
    isMute: false,
    discovered: undefined as object | undefined,
  }
  const server = createServer((request, response) => {
    state.asked += 1
    if (state.isMute) return
    const documents: Record<string, () => Promise<object>> = {
      '/.well-known/openid-configuration': () =>
        Promise.resolve(state.discovered ?? { issuer: listening.url, jwks_uri: `${listening.url}${state.keysAt}` }),
      [state.keysAt]: async () => ({
        keys: [{ ...(await exportJWK(state.pair.publicKey)), kid: state.kid, alg: 'ES256' }],
      }),
    }
    const find = documents[request.url ?? '']
    if (find === undefined) response.writeHead(404).end()
    else void find().then((document) => response.end(JSON.stringify(document)))
  })
  const listening = await listenOnFreePort(server)
  return {
    url: listening.url,
    state,
    /** A token with these claims beside those that every one has. */
    sign: (claims: Record<string, unknown>, { key = state.pair.privateKey, alg = 'ES256' } = {}): Promise<string> => {
      const now = Math.floor(Date.now() / 1000)
      const all = { iss: listening.url, aud: 'the cache', iat: now, exp: now + 300, jti: 'a run', ...claims }
      return new SignJWT(all).setProtectedHeader({ alg, kid: state.kid }).sign(key)
    },
    [Symbol.asyncDispose]: () => listening[Symbol.asyncDispose](),
  }
}
