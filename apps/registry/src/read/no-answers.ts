import type { ServerResponse } from 'node:http'
import { refusalOf } from '../policy/refusal.ts'
import type { Refusal } from '../policy/refusal.ts'
import { refusal, sendRefusal } from '../refusal.ts'
import type { Loaded } from './loaded.ts'
import type { NotHeld } from './packuments.ts'

/** Hears what the policy has refused to somebody; undefined where there was nothing to refuse. */
export type OnRefused = (refusal: Refusal | undefined) => void

/** Never "does not exist" of what only could not be asked for. */
export function sendNotHeld(response: ServerResponse, what: string, answer: NotHeld): void {
  if (answer.is === 'absent') {
    sendRefusal(response, refusal(404, 'REGISTRY_NO_PACKAGE', `upstream says that there is no package ${what}`))
    return
  }
  const { message, reason } = answer.fault
  const error = `${what} is not mirrored here, and upstream gave nothing that can be used: ${message}`
  sendRefusal(response, { status: 503, code: 'REGISTRY_NOT_MIRRORED', error, members: { reason } })
}

/** `wanted`: what was asked for, which may be a tag. */
type Missing = { readonly version: string; readonly wanted: string }

/** For a version that the policy refuses, which it returns, or that there is not. */
export function sendRefused(
  response: ServerResponse,
  { packument, verdicts }: Loaded,
  { version, wanted }: Missing,
): Refusal | undefined {
  if (!verdicts.has(version)) {
    sendRefusal(response, refusal(404, 'REGISTRY_NO_VERSION', `${packument.name} has no version ${wanted}`))
    return undefined
  }
  const refused = refusalOf(packument, version, verdicts)
  if (refused === undefined) throw new Error(`${packument.name}@${version} is allowed and yet not there`)
  const { code, error, ...members } = refused
  sendRefusal(response, { status: 403, code, error, members })
  return refused
}
