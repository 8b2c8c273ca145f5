import { expect, test } from 'vitest'
import { withoutStore } from './without-store.ts'

test('of the settings of pnpm only the registry stays, for a store of the machine would be no cold one', () => {
  const env = { HOME: '/home', npm_config_registry: 'http://127.0.0.1:1', pnpm_config_registry: 'http://127.0.0.1:2' }
  expect(withoutStore({ ...env, pnpm_config_store_dir: '/store', pnpm_config_offline: 'true' })).toEqual(env)
})
