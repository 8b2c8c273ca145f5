import { expect, test } from 'vitest'
import { findWorkspace } from './find-workspace.ts'

test.each([
  ['/code/acme/tools/presets/src', 'as sources'],
  ['/code/acme/node_modules/@mochi/presets/dist', 'installed'],
  ['/code/acme/node_modules/.pnpm/@mochi+presets@0.1.0/node_modules/@mochi/presets/dist', 'installed by pnpm'],
])('The settings in %s find the workspace that uses them, %s', (folder) => {
  expect(findWorkspace(folder)).toBe('/code/acme')
})
