import { createService, readConfig, serviceConfig } from './index.ts'
import type { Service, ServiceOptions, ServiceSettings, StartOptions, StopOptions } from './index.ts'

export type TestServiceOptions = Partial<Omit<ServiceOptions, 'config'>> & { config?: Partial<ServiceSettings> }

/** A service for tests, on a free port of loopback when it is started. */
export function createTestService(options: TestServiceOptions = {}): Service {
  const { manifest = { name: 'foo', version: '1.2.3' }, config, ...rest } = options
  const settings = readConfig(serviceConfig(manifest, {}), {})
  return createService({
    manifest,
    config: { ...settings, port: 0, logLevel: 'silent', ...config },
    routes: () => undefined,
    ...rest,
  })
}

/** The same, serving; stopped at the end of the block. */
export async function startTestService({ flavor, ...options }: TestServiceOptions & StartOptions = {}) {
  const service = createTestService(options)
  const running = await service.start({ flavor })
  const reloadTls = () => running.reloadTls()
  const state: { stopped?: ReturnType<typeof running.stop> } = {}
  const stop = (wanted: StopOptions = {}) => (state.stopped ??= running.stop({ idleGrace: 0, deadline: 0, ...wanted }))
  return {
    ...{ service, url: running.url, reloadTls, stop },
    port: Number(new URL(running.url).port),
    [Symbol.asyncDispose]: async () => {
      await stop()
    },
  }
}
