import { readFileSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { defineConfig } from 'vitest/config'

const workspace = resolve(import.meta.dirname, '../../..')
/** `vitest run` and `vitest run --coverage` write apart, so that one never removes the other's report. */
const report = process.argv.includes('--coverage') ? 'reports/coverage' : 'reports/test'

/** The settings of every project's tests, run in the project's folder. */
export default defineConfig(() => {
  const root = process.cwd()
  return {
    root,
    cacheDir: join(workspace, 'node_modules/.vite', basename(root)),
    test: {
      include: ['src/**/*.test.ts'],
      reporters: ['default', ['junit', { outputFile: join(report, 'junit.xml') }]],
      env: { NODE_USE_SYSTEM_CA: '1' },
      coverage: {
        provider: 'v8',
        include: ['src/**/*.ts'],
        exclude: ['src/**/*.test.ts'],
        reporter: ['text-summary', 'html', 'lcovonly'],
        reportsDirectory: 'reports/coverage',
        clean: false,
        thresholds: coverageThresholds(root),
      },
    },
  }
})

function coverageThresholds(root: string): Record<string, number> {
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    mochi?: { coverage?: Record<string, number> }
  }
  return manifest.mochi?.coverage ?? { lines: 80, functions: 80, branches: 70, statements: 80 }
}
