import type { TargetConfiguration } from '@nx/devkit'

type Targets = Record<string, TargetConfiguration>
type Inputs = NonNullable<TargetConfiguration['inputs']>

/**
 * Commands run in the project's folder and call the workspace's own binaries by path: no PATH look-up, no `pnpm` in
 * between. `MOCHI_WORKSPACE` would be a second truth: the depth of every room is known.
 */
function targetsAt(depth: string): Record<'shared' | 'service' | 'lib', Targets> {
  const bin = `${depth}node_modules/.bin/`
  const run = (command: string, rest: Omit<TargetConfiguration, 'command'>): TargetConfiguration => ({
    command,
    options: { cwd: '{projectRoot}' },
    cache: true,
    ...rest,
  })
  const tests: Inputs = [
    'source',
    '^production',
    { input: 'production', projects: ['presets'] },
    { externalDependencies: ['vitest'] },
  ]
  const vitest = `${bin}vitest run --config ${depth}tools/presets/src/vitest.ts --configLoader native --passWithNoTests`
  const shared: Targets = {
    lint: run(`${bin}eslint .`, {
      inputs: [
        'source',
        '^production',
        '{workspaceRoot}/eslint.config.js',
        { input: 'production', projects: ['presets'] },
        { externalDependencies: ['eslint', 'typescript-eslint', 'typescript'] },
      ],
    }),
    typecheck: run(`${bin}tsc -p .`, {
      inputs: ['source', '^production', { externalDependencies: ['tsc-native'] }],
    }),
    test: run(vitest, { inputs: tests, outputs: ['{projectRoot}/reports/test'] }),
    coverage: run(`${vitest} --coverage`, {
      inputs: [...tests, { externalDependencies: ['@vitest/coverage-v8'] }],
      outputs: ['{projectRoot}/reports/coverage'],
    }),
  }
  const service: Targets = {
    ...shared,
    build: run(`${bin}rolldown -c ${depth}tools/presets/src/rolldown.ts`, {
      inputs: ['production', '^production', { externalDependencies: ['rolldown'] }],
      outputs: ['{projectRoot}/dist'],
    }),
    serve: run('node --watch src/main.ts', { cache: false, continuous: true }),
  }
  return { shared, service, lib: { ...shared } }
}

const nested = targetsAt('../../')
const atRoot = targetsAt('../')

/** The targets of a project, by the room (first folder of its path) it stands in. */
export const targetsByRoom: Record<string, Targets> = {
  apps: nested.service,
  libs: nested.lib,
  tools: nested.shared,
  toolchain: atRoot.shared,
  docs: atRoot.shared,
}
