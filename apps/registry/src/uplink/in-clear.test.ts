import { expect, test } from 'vitest'
import { startRegistry } from '../registry.fixture.ts'

test('a registry that would send its uplink a secret in clear refuses to start, unless it is told to', async () => {
  const config = { uplink: 'http://192.0.2.1', uplinkAuthorization: 'Bearer secret' }
  await expect(startRegistry({ config })).rejects.toMatchObject({ code: 'REGISTRY_UPLINK_INVALID' })
  await using told = await startRegistry({ config: { ...config, uplinkInsecure: true } })
  await using local = await startRegistry({ config: { ...config, uplink: 'http://127.0.0.1:9' } })
  await using secret = await startRegistry({ config: { ...config, uplink: 'https://192.0.2.1' } })

  for (const registry of [told, local, secret]) expect((await registry.get('/-/ping')).status).toBe(200)
})
