import { globSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { defineConfig } from 'vitest/config'
import { projectSettings } from './tools/presets/src/vitest.ts'

/** For editors: every project's tests, with the settings that its targets give them. The targets do not read this file. */
const folders = globSync('{apps/*,libs/*,tools/*,toolchain,docs}/package.json', { cwd: import.meta.dirname })
  .map((path) => join(import.meta.dirname, dirname(path)))
  .sort()

export default defineConfig({
  test: {
    projects: folders.map((root) => ({ root, test: { ...projectSettings, name: basename(root) } })),
  },
})
