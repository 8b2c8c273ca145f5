import { parseSyml } from '@yarnpkg/parsers'
import { Type } from 'typebox'
import type { Static } from 'typebox'
import { Check } from 'typebox/value'
import { elsewhere } from './lock-file.ts'
import type { Entry, LockedPackage } from './lock-file.ts'

const text = Type.Optional(Type.String())

const block = Type.Object({
  version: text,
  resolution: text,
  resolved: text,
  integrity: text,
  conditions: text,
})

type Block = Static<typeof block>

const document = Type.Record(Type.String(), block)

/** A lock file of yarn, of the first or any later one. */
export function parseYarn(source: string): (Entry | undefined)[] {
  const value: unknown = parseSyml(source)
  if (!Check(document, value)) throw new Error('blocks of another shape')
  const isClassic = source.includes('# yarn lockfile v1')
  if (!isClassic && value['__metadata'] === undefined) throw new Error('no lock file of yarn')
  return Object.entries(value).map(([key, at]) => {
    if (key === '__metadata') return undefined
    return isClassic ? ofClassic(key, at) : ofBerry(at)
  })
}

const NAMED = /^((?:@[^/]+\/)?[^@]+)@(.*)$/

/** `a@^1.0.0, a@^1.1.0`, and `b@npm:a@^1.0.0` for one that is called otherwise. */
function ofClassic(key: string, { version = '', resolved, integrity }: Block): Entry {
  const [first = ''] = key.split(', ')
  const [, name = '', range = ''] = NAMED.exec(first.replace(/^.+@npm:/, '')) ?? []
  const isOfRegistry =
    resolved === undefined ? !/^(?:file|link|portal):|\//.test(range) : /^https?:.*\/-\/.*\.tgz(?:#|$)/.test(resolved)
  if (!isOfRegistry) return elsewhere(first, resolved ?? range)
  return { is: 'package', locked: { name, version, ...(integrity !== undefined && { integrity }) } }
}

const LOCAL = /^(?:workspace|link|portal|patch):/

/** A patch has what it is made of in a block of its own. */
function ofBerry({ resolution = '', conditions = '' }: Block): Entry | undefined {
  const [, name = '', from = ''] = NAMED.exec(resolution) ?? []
  if (LOCAL.test(from)) return undefined
  const [, version] = /^npm:(\d[^:]*)(?:::.*)?$/.exec(from) ?? []
  if (version === undefined) return elsewhere(resolution, from)
  return { is: 'package', locked: { name, version, ...restrictionOf(conditions) } }
}

/** `os=darwin & (cpu=x64 | cpu=arm64)` */
function restrictionOf(conditions: string): Pick<LockedPackage, 'os' | 'cpu' | 'libc'> {
  const found = [...conditions.matchAll(/\b(os|cpu|libc)=([\w!-]+)/g)].map(([, key = '', value = '']) => ({
    key,
    value,
  }))
  const groups = Map.groupBy(found, ({ key }) => key)
  return Object.fromEntries([...groups].map(([key, values]) => [key, values.map(({ value }) => value)]))
}
