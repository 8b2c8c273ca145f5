import { readFileSync } from 'node:fs'
import { basename, extname, join, relative } from 'node:path'
import { defineConfig } from 'vitest/config'
import type { ViteUserConfig } from 'vitest/config'
import { findWorkspace } from './find-workspace.ts'

const WORKSPACE = findWorkspace(import.meta.dirname)

/** Where a project asks for no other coverage, in its package.json under `mochi.coverage`. In percent. */
export const DEFAULT_THRESHOLDS = { lines: 80, functions: 80, branches: 70, statements: 80 }

/**
 * The settings of one project's tests: `folder` is absolute. `vitest run` and `vitest run --coverage` write apart, so that
 * one never removes the other's report; `clean` would have coverage delete the JUnit file beside it.
 */
export function createVitestConfig(folder: string, { coverage }: { coverage: boolean }): ViteUserConfig {
  return {
    root: folder,
    cacheDir: join(WORKSPACE, 'node_modules/.vite', basename(folder)),
    test: {
      ...projectSettings,
      setupFiles: [join(import.meta.dirname, `vitest-setup${extname(import.meta.filename)}`)],
      server: { deps: { external: [otherProjects(folder)] } },
      reporters: ['default', ['junit', { outputFile: `reports/${coverage ? 'coverage' : 'test'}/junit.xml` }]],
      coverage: {
        provider: 'v8',
        include: ['src/**/*.ts'],
        exclude: ['src/**/*.test.ts', 'src/**/*.fixture.ts'],
        reporter: ['text-summary', 'html', 'lcovonly'],
        reportsDirectory: 'reports/coverage',
        clean: false,
        thresholds: coverageThresholds(folder),
      },
    },
  }
}

/**
 * What Node loads by itself, as it does in a service: everything of this workspace but the project, whose sources alone are
 * measured. The first test of a new service does not wait for vite to transform the libraries.
 */
function otherProjects(folder: string): RegExp {
  return new RegExp(`^${RegExp.escape(`${WORKSPACE}/`)}(?!${RegExp.escape(`${relative(WORKSPACE, folder)}/`)})`)
}

/** What every test needs, whoever runs it: the target, or an editor through the root's `vitest.config.ts`. */
export const projectSettings = {
  include: ['src/**/*.test.ts'],
  // Files share a process: capabilities are handed in and no module is mocked, so nothing leaks, and a run takes half the time.
  isolate: false,
  // Only against hanging: tests start real processes, and a busy machine is no fault.
  testTimeout: 60_000,
  hookTimeout: 60_000,
  // Nx asks its tasks for colours; the processes that a test starts would answer in them.
  env: { NODE_USE_SYSTEM_CA: '1', FORCE_COLOR: '0' },
}

type Thresholds = Partial<typeof DEFAULT_THRESHOLDS>

/** Those of the whole project, and under a pattern those of some of its files. */
function coverageThresholds(folder: string): Record<string, number | Thresholds> {
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    mochi?: { coverage?: Record<string, number | Thresholds> }
  }
  return { ...DEFAULT_THRESHOLDS, ...manifest.mochi?.coverage }
}

/** Run in the project's folder. */
export default defineConfig(() => createVitestConfig(process.cwd(), { coverage: process.argv.includes('--coverage') }))
