import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import type { LinesForm } from '../packument/lines.ts'
import { remembered } from './remembered.ts'
import type { Encoding, Wanted } from './hot-packuments.ts'

const ABBREVIATED = 'application/vnd.npm.install-v1+json'

/** Which bytes a request wants of a package. Of a HEAD nobody sees them: those that most others want are there already. */
export function wantedOf(name: string, { method, headers }: IncomingMessage, base: string): Wanted {
  return { name, form: formOf(headers), encoding: method === 'HEAD' ? 'gzip' : encodingOf(headers), base }
}

/** The form of a packument that an `Accept` prefers; q-values are 1 where nothing stands. RFC 9110, 12.5.1. */
export function formOf({ accept }: IncomingHttpHeaders): LinesForm {
  return accept === undefined ? 'full' : formOfText(accept)
}

const formOfText = remembered((accept): LinesForm => {
  if (!accept.includes(ABBREVIATED)) return 'full'
  return weightOf(accept, ABBREVIATED) >= weightOf(accept, 'application/json') ? 'abbreviated' : 'full'
})

/** gzip wherever it is understood. RFC 9110, 12.5.3. */
export function encodingOf({ 'accept-encoding': accepted = '' }: IncomingHttpHeaders): Encoding {
  return typeof accepted === 'string' ? encodingOfText(accepted) : 'identity'
}

const encodingOfText = remembered((accepted): Encoding => (weightOf(accepted, 'gzip') > 0 ? 'gzip' : 'identity'))

export function typeOf(form: LinesForm): string {
  return form === 'abbreviated' ? ABBREVIATED : 'application/json'
}

function weightOf(header: string, what: string): number {
  for (const part of header.split(',')) {
    const [name = '', ...parameters] = part.split(';').map((text) => text.trim().toLowerCase())
    if (name !== what) continue
    const weight = parameters.find((text) => text.startsWith('q='))
    return weight === undefined ? 1 : Number(weight.slice(2)) || 0
  }
  return 0
}

/** True when a client's `If-None-Match` has this ETag, compared weakly. RFC 9110, 13.1.2. */
export function hasNow(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false
  if (header === etag || header === '*') return true
  const plain = etag.replace(/^W\//, '')
  return header.split(',').some((given) => given.trim().replace(/^W\//, '') === plain)
}
