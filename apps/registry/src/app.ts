import type { IncomingMessage, ServerResponse } from 'node:http'
import { createService, Type } from '@mochi/service'
import type { DirectAnswer, Service, ServiceApp } from '@mochi/service'
import manifest from '../package.json' with { type: 'json' }
import type { Config } from './config.ts'
import { createRegistry } from './context.ts'
import type { Registry, RegistryParts } from './context.ts'
import { parseTarget } from './names/target.ts'
import type { Target } from './names/target.ts'
import { sendPackument } from './read/send-packument.ts'
import { wantedOf } from './read/wanted.ts'
import { refusal, sendRefusal } from './refusal.ts'
import { VIA } from './uplink/uplink.ts'
import { instance } from './uplink/connect.ts'

/** A tarball of a gigabyte over a slow line may take this long. Milliseconds. */
const DOWNLOAD = 600_000

/** The service, made of its configuration. Throws REGISTRY_POLICY_INVALID and REGISTRY_UPLINK_INVALID. */
export function createApp(config: Config, parts: RegistryParts = {}): Service {
  return createService({
    manifest,
    config,
    limits: { answerTime: DOWNLOAD },
    routes: (app, { direct }) => {
      const registry = createRegistry(config, app, parts)
      app.addHook('onClose', () => registry.close())
      direct('packuments from memory', answerFromMemory(registry))
      app.get('/-/ping', { schema: { response: { 200: Type.Object({}) } } }, () => ({}))
      addPackages(app, registry)
    },
  })
}

function pathOf({ url = '' }: IncomingMessage): string {
  return url.split('?', 1)[0] ?? ''
}

function answerFromMemory({ packuments, baseOf }: Registry): DirectAnswer {
  return (request, response) => {
    if (request.method !== 'GET') return false
    const target = parseTarget(pathOf(request))
    if (target?.kind !== 'packument') return false
    const packument = packuments.find(wantedOf(target.name, request, baseOf(request)))
    if (packument === undefined) return false
    sendPackument(request, response, { packument, age: undefined })
    return true
  }
}

function addPackages(app: ServiceApp, { packages }: Registry): void {
  app.get('/*', (request, reply) => {
    reply.hijack()
    const { raw } = request
    const target = parseTarget(pathOf(raw))
    if (raw.headers[VIA] === instance)
      sendRefusal(reply.raw, refusal(508, 'REGISTRY_LOOP', 'this registry has asked itself'))
    else if (target === undefined)
      sendRefusal(reply.raw, refusal(404, 'REGISTRY_NO_PACKAGE', 'no package has such a name'))
    else void answer(target, raw, reply.raw)
  })

  async function answer(target: Target, request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      await packages.answer(target, request, response)
    } catch (error) {
      app.log.error({ err: error }, 'a package could not be answered')
      sendRefusal(response, refusal(500, 'REGISTRY_FAILED', 'the registry failed; its log says why'))
    }
  }
}
