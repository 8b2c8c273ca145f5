import { createHash } from 'node:crypto'
import { valid } from 'semver'
import { isTag } from './tags.ts'
import { refusal } from '../refusal.ts'
import type { Refusal } from '../refusal.ts'
import { tarballOf } from './storage.ts'
import type { Begun, Stored } from './storage.ts'

/** A body as a client sends it, of which nothing is known but that it is an object. */
export type Body = Readonly<Record<string, unknown>>

export type Publishing = {
  readonly name: string
  readonly body: Body
  /** What is there of the package. */
  readonly stored: Stored | undefined
  /** Whether this version was there once. */
  readonly isBuried: (version: string) => boolean
}

/** Whether a client sends a tarball. */
export function isPublish(body: Body): boolean {
  return Object.keys(asObject(body['_attachments']) ?? {}).length > 0
}

/**
 * What a body publishes: one version that was never there before, whose tarball has the digest that its manifest says. Everything
 * that a later client believes is held to be what the publisher sent.
 */
export function checkPublish({ name, body, stored, isBuried }: Publishing): Begun | Refusal {
  if (body['name'] !== name) return bad(`the body is of ${said(body['name'])}`)
  const [version, manifest] = onlyEntry(body['versions']) ?? []
  if (version === undefined || manifest === undefined) return bad('a publish has exactly one version')
  if (valid(version) !== version) return bad(`${said(version)} is no version`)
  if (manifest['name'] !== name || manifest['version'] !== version) {
    return bad(`the manifest is of ${said(manifest['name'])} ${said(manifest['version'])}`)
  }
  if (Object.hasOwn(stored?.versions ?? {}, version)) {
    return refusal(
      409,
      'REGISTRY_VERSION_EXISTS',
      `${name}@${version} is published already, and a version never changes`,
    )
  }
  if (isBuried(version)) {
    const error = `${name}@${version} was published once and removed; its number is not used again: take the next one`
    return refusal(409, 'REGISTRY_VERSION_BURIED', error)
  }
  const fault = faultOfTarball(tarballOf(name, version), manifest, body['_attachments'])
  if (fault !== undefined) return bad(fault)
  const tags = asTags(body['dist-tags'], version)
  return tags === undefined ? bad('its dist-tags are not all names that point at its version') : { name, version, tags }
}

function faultOfTarball(file: string, manifest: Body, attachments: unknown): string | undefined {
  const [key, attachment] = onlyEntry(attachments) ?? []
  if (key === undefined || attachment === undefined) return 'a publish has exactly one attachment, its tarball'
  if (baseOf(key) !== file) return `the tarball is to be called ${file}, not ${said(key)}`
  const { tarball, integrity, shasum } = asObject(manifest['dist']) ?? {}
  if (typeof tarball !== 'string' || baseOf(tarball) !== file) return `dist.tarball does not end in ${file}`
  const { data } = attachment
  if (typeof data !== 'string') return 'the attachment has no data'
  const bytes = Buffer.from(data, 'base64')
  if (bytes.length === 0) return 'the tarball is empty'
  const found = `sha512-${createHash('sha512').update(bytes).digest('base64')}`
  if (typeof integrity !== 'string' || !integrity.split(/\s+/).includes(found)) {
    return `the tarball has ${found}, and dist.integrity is ${said(integrity)}`
  }
  const sha1 = createHash('sha1').update(bytes).digest('hex')
  return shasum === undefined || shasum === sha1 ? undefined : `the tarball has shasum ${sha1}, not ${said(shasum)}`
}

function asTags(value: unknown, version: string): Record<string, string> | undefined {
  const tags = Object.entries(asObject(value) ?? {})
  return tags.every(([tag, to]) => isTag(tag) && to === version)
    ? (Object.fromEntries(tags) as Record<string, string>)
    : undefined
}

function onlyEntry(value: unknown): [string, Body] | undefined {
  const entries = Object.entries(asObject(value) ?? {})
  const [key, content] = entries[0] ?? []
  const object = asObject(content)
  return entries.length === 1 && key !== undefined && object !== undefined ? [key, object] : undefined
}

/** An object that is no list. */
export function asObject(value: unknown): Body | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Body) : undefined
}

function baseOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

function said(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value).slice(0, 120)
}

function bad(reason: string): Refusal {
  return refusal(400, 'REGISTRY_PUBLISH_INVALID', `this cannot be published: ${reason}`)
}
