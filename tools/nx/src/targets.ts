import type { TargetConfiguration } from '@nx/devkit'

export type Targets = Record<string, TargetConfiguration>
type Inputs = NonNullable<TargetConfiguration['inputs']>

/** The shared settings of the runners. Named by file and not by project, so that `nx affected` sees a change of them too. */
const presets = '{workspaceRoot}/tools/presets/src/!(*.test).ts'
/**
 * The platform's own files, `platform` in nx.json: what a test that works in a checkout depends on. A company's own apps and
 * libs are not among them, or every change of one would run these tests, and nor is pnpm-lock.yaml, which every new
 * project changes.
 */
const CHECKOUT: Inputs = ['source', '^production', 'platform']

/** Variables that make tests run longer, otherwise, or not skip: another value is another result. */
const TEST_SWITCHES: Inputs = ['MOCHI_SOAK', 'MOCHI_SEED', 'MOCHI_TEST_REQUIRE'].map((env) => ({ env }))

/**
 * Commands run in the project's folder and call the workspace's own binaries by path: no look-up, and no `pnpm` in between.
 * `depth` leads from there to the root.
 */
function targetsAt(depth: string) {
  const bin = `${depth}node_modules/.bin/`
  const preset = `${depth}tools/presets/src/`
  const vitest = `${bin}vitest run --config ${preset}vitest.ts --configLoader native --passWithNoTests`
  const service = buildOf(`${bin}rolldown -c ${preset}rolldown.ts`, {
    tool: 'rolldown',
    outputs: ['{projectRoot}/dist/main.js', '{projectRoot}/dist/main.js.map'],
  })
  const lib = buildOf(`node ${preset}build-lib.ts`, {
    tool: 'tsc-native',
    outputs: ['{projectRoot}/dist/**/*.{js,js.map,d.ts}'],
  })
  return { checks: checks(bin), tests: (files: Inputs) => tests(vitest, files), service: { ...service, serve }, lib }
}

function checks(bin: string): Targets {
  return {
    lint: cached(`${bin}eslint .`, {
      inputs: [
        'source',
        '^production',
        '{workspaceRoot}/eslint.config.js',
        presets,
        { externalDependencies: ['eslint', 'typescript-eslint', 'typescript'] },
      ],
    }),
    typecheck: cached(`${bin}tsc -p .`, {
      inputs: ['source', '^production', { externalDependencies: ['tsc-native'] }],
    }),
  }
}

/** `test` and `coverage` write apart, so that neither ever removes the other's report. */
function tests(vitest: string, files: Inputs): Targets {
  const inputs: Inputs = [...files, presets, ...TEST_SWITCHES, { externalDependencies: ['vitest'] }]
  return {
    test: cached(vitest, { inputs, outputs: ['{projectRoot}/reports/test'] }),
    coverage: cached(`${vitest} --coverage`, {
      inputs: [...inputs, { externalDependencies: ['@vitest/coverage-v8'] }],
      outputs: ['{projectRoot}/reports/coverage'],
    }),
  }
}

/** A release tarball is made of what was built. Outputs are named by file, so that neither target removes the other's. */
function buildOf(command: string, { tool, outputs }: { tool: string; outputs: string[] }): Targets {
  const inputs: Inputs = ['production', '^production', presets, { externalDependencies: [tool] }]
  return {
    build: cached(command, { inputs, outputs }),
    pack: cached('pnpm pack --out dist/%s-%v.tgz', {
      dependsOn: ['build'],
      inputs: ['default', '^production', presets, '{workspaceRoot}/LICENSE', { externalDependencies: [tool] }],
      outputs: ['{projectRoot}/dist/*.tgz'],
    }),
  }
}

/** Node starts anew when a source has changed; a SIGTERM lets the old process finish its requests. */
const serve: TargetConfiguration = {
  command: 'node --watch src/main.ts',
  options: { cwd: '{projectRoot}' },
  continuous: true,
}

function cached(command: string, rest: Omit<TargetConfiguration, 'command'>): TargetConfiguration {
  return { command, options: { cwd: '{projectRoot}' }, cache: true, ...rest }
}

const own: Inputs = ['source', '^production']
const nested = targetsAt('../../')
const atRoot = targetsAt('../')
const tool: Targets = { ...nested.checks, ...nested.tests(own) }

/** The targets of a project, by the room (first folder of its path) it stands in. */
export const targetsByRoom: Readonly<Record<string, Targets>> = {
  apps: { ...nested.checks, ...nested.tests(own), ...nested.service },
  libs: { ...nested.checks, ...nested.tests(own), ...nested.lib },
  tools: tool,
  toolchain: { ...atRoot.checks, ...atRoot.tests([...own, '{workspaceRoot}/mochi']) },
  docs: { ...atRoot.checks, ...atRoot.tests(CHECKOUT) },
}

/** Projects whose tests copy the workspace and work in the copy: any file of the platform can change what they find. */
export const targetsByFolder: Readonly<Record<string, Targets>> = {
  'tools/cli': { ...tool, ...nested.tests(CHECKOUT) },
  'tools/nx': { ...tool, ...nested.tests(CHECKOUT) },
}
