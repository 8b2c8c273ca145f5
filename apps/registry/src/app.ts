import { createService, Type } from '@mochi/service'
import type { DirectAnswer, Service, ServiceApp } from '@mochi/service'
import manifest from '../package.json' with { type: 'json' }
import type { Config } from './config.ts'
import { createRegistry } from './context.ts'
import type { Registry, RegistryParts } from './context.ts'
import { parseTarget, pathOf } from './names/target.ts'
import { RULES } from './policy/judge.ts'
import { addLogin } from './tokens/login.ts'
import { wantedOf } from './read/wanted.ts'
import { FAULT_REASONS } from './uplink/uplink-fault.ts'

/** A tarball of a gigabyte over a slow line may take this long. Milliseconds. */
const DOWNLOAD = 600_000

/** By which `./mochi` tells this registry from another that has its port. */
const ping = Type.Object({ registry: Type.Literal('mochi') })

/** The service, made of its configuration. Throws REGISTRY_POLICY_INVALID and REGISTRY_UPLINK_INVALID. */
export function createApp(config: Config, parts: RegistryParts = {}): Service {
  return createService({
    manifest,
    config,
    limits: { answerTime: DOWNLOAD },
    routes: (app, { direct, gauge, onStop }) => {
      const registry = createRegistry(config, app, parts)
      for (const [name, read] of gaugesOf(registry)) gauge(name, read)
      app.addHook('onClose', () => registry.close())
      onStop((stop) => registry.release(stop))
      direct('packuments from memory', answerPackument(registry))
      direct('tarballs that are held', answerTarball(registry))
      app.get('/-/ping', { schema: { response: { 200: ping } } }, () => ({ registry: 'mochi' as const }))
      addLogin(app, registry.login)
      addPackages(app, registry)
    },
  })
}

/** Counts since the start, whose names are fixed. */
function gaugesOf({ journal, gauges }: Registry): (readonly [name: string, read: () => number])[] {
  return [
    ...FAULT_REASONS.map((reason) => [`uplink.faults.${reason}`, () => journal.faultsBy(reason)] as const),
    ...RULES.map((rule) => [`refusals.${rule}`, () => journal.refusalsBy(rule)] as const),
    ...gauges,
  ]
}

function answerPackument({ packuments, baseOf }: Registry): DirectAnswer {
  return (request, response) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') return false
    const target = parseTarget(pathOf(request.url))
    if (target?.kind !== 'packument') return false
    const packument = packuments.find(wantedOf(target.name, request, baseOf(request)))
    if (packument === undefined) return false
    packuments.send(request, response, packument)
    return true
  }
}

function answerTarball({ tarballs, answer }: Registry): DirectAnswer {
  return (request, response) => {
    if (request.method !== 'GET') return false
    const target = parseTarget(pathOf(request.url))
    const sending = target?.kind === 'tarball' ? tarballs.sendHeld(target, request, response) : undefined
    sending?.catch(() => answer(request, response))
    return sending !== undefined
  }
}

/** Everything else, whose bodies nobody has read: they are published, or passed on. */
function addPackages(app: ServiceApp, { answer }: Registry): void {
  app.register(async (scope: ServiceApp) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', (_request, _payload, done) => done(null))
    scope.route({
      method: ['GET', 'PUT', 'POST', 'DELETE'],
      url: '/*',
      handler: (request, reply) => {
        reply.hijack()
        void answer(request.raw, reply.raw)
      },
    })
    await Promise.resolve()
  })
}
