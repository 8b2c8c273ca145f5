import type { TargetConfiguration } from '@nx/devkit'

export type Targets = Record<string, TargetConfiguration>
type Inputs = NonNullable<TargetConfiguration['inputs']>

/** The shared settings of one runner. Named by file and not by project, so that `nx affected` sees a change of it too. */
function preset(file: string): string {
  return `{workspaceRoot}/tools/presets/src/${file}`
}

/** No task has business with the cache of the run that started it: not to write it, and not to hand it to another Nx. */
const NO_RELAY = { NX_SELF_HOSTED_REMOTE_CACHE_SERVER: '', NX_SELF_HOSTED_REMOTE_CACHE_ACCESS_TOKEN: '' }

const IN_PROJECT = { cwd: '{projectRoot}', env: NO_RELAY }

/** What makes the targets: a changed command is another result, and `nx affected` runs what it changes. */
const MADE_BY = '{workspaceRoot}/tools/nx/src/targets.ts'

/** Variables that make tests run longer, otherwise, or not skip: another value is another result. */
const TEST_SWITCHES: Inputs = ['MOCHI_SOAK', 'MOCHI_SEED', 'MOCHI_TEST_REQUIRE'].map((env) => ({ env }))

/**
 * Commands run in the project's folder and call the workspace's own binaries by path: no look-up, and no `pnpm` in between.
 * `depth` leads from there to the root.
 */
function targetsAt(depth: string) {
  const bin = `${depth}node_modules/.bin/`
  const presets = `${depth}tools/presets/src/`
  const vitest = `${bin}vitest run --config ${presets}vitest.ts --configLoader native --passWithNoTests`
  const service = buildOf(`${bin}rolldown -c ${presets}rolldown.ts`, {
    by: [preset('rolldown.ts'), { externalDependencies: ['rolldown'] }],
    outputs: ['{projectRoot}/dist/main.js', '{projectRoot}/dist/main.js.map', '{projectRoot}/dist/static'],
    manifest: 'pack-service.mjs',
  })
  const lib = buildOf(`node ${presets}build-lib.ts`, {
    by: [preset('build-lib.ts'), { externalDependencies: ['tsc-native'] }],
    outputs: ['{projectRoot}/dist/**/*.{js,js.map,d.ts}'],
    manifest: 'pack-lib.mjs',
  })
  return {
    common: { ...checks(bin), ...tests(vitest, { compiled: `${depth}node_modules/.cache/node-compile` }) },
    service: { ...service, serve },
    lib,
  }
}

function checks(bin: string): Targets {
  return {
    lint: cached(`${bin}eslint .`, {
      inputs: [
        'source',
        '^production',
        '{workspaceRoot}/eslint.config.js',
        preset('eslint.ts'),
        preset('find-workspace.ts'),
        { externalDependencies: ['eslint', '@eslint/js', 'typescript-eslint', 'typescript'] },
      ],
    }),
    typecheck: cached(`${bin}tsc -p .`, {
      inputs: ['source', '^production', { externalDependencies: ['tsc-native'] }],
    }),
  }
}

/**
 * `test` and `coverage` write apart, so that neither ever removes the other's report. A project whose tests read more than
 * its sources says what under `nx.namedInputs.tests` in its package.json. Where they work in a checkout that is `platform`:
 * the platform's own files, without a company's apps and libs, or every change of one would run these tests, and without
 * pnpm-lock.yaml, which every new project changes.
 */
function tests(vitest: string, { compiled }: { compiled: string }): Targets {
  const settings: Inputs = [
    preset('vitest.ts'),
    preset('vitest-setup.ts'),
    preset('find-workspace.ts'),
    ...TEST_SWITCHES,
    { externalDependencies: ['vitest'] },
  ]
  const inputs: Inputs = ['tests', '^production', ...settings]
  // Loading vitest is most of what the test of a new service takes.
  const options = { ...IN_PROJECT, env: { ...NO_RELAY, NODE_COMPILE_CACHE: compiled } }
  return {
    test: cached(vitest, { options, inputs, outputs: ['{projectRoot}/reports/test'] }),
    coverage: cached(`${vitest} --coverage`, {
      options,
      inputs: [...inputs, { externalDependencies: ['@vitest/coverage-v8'] }],
      outputs: ['{projectRoot}/reports/coverage'],
    }),
  }
}

type BuildOptions = {
  by: Inputs
  outputs: string[]
  /** The preset that says what package.json becomes in the tarball. */
  manifest: string
}

/** A release tarball is made of what was built. Outputs are named by file, so that neither target removes the other's. */
function buildOf(command: string, { by, outputs, manifest }: BuildOptions): Targets {
  const pack = cached('pnpm pack --out dist/%s-%v.tgz', {
    dependsOn: ['build'],
    inputs: ['default', '^production', '{workspaceRoot}/LICENSE', ...by, preset(manifest)],
    outputs: ['{projectRoot}/dist/*.tgz'],
  })
  const pnpmfile = { pnpm_config_pnpmfile: `../../tools/presets/src/${manifest}` }
  return {
    build: cached(command, { inputs: ['production', '^production', ...by], outputs, metadata: { reproducible: true } }),
    pack: { ...pack, options: { ...IN_PROJECT, env: { ...NO_RELAY, ...pnpmfile } } },
  }
}

/** A changed source is served by a new process on the same socket, and the old one finishes its requests. */
const serve: TargetConfiguration = {
  command: '../../mochi serve',
  options: IN_PROJECT,
  continuous: true,
}

function cached(command: string, { inputs = [], ...rest }: Partial<TargetConfiguration>): TargetConfiguration {
  return { command, options: IN_PROJECT, cache: true, inputs: [...inputs, MADE_BY], ...rest }
}

const nested = targetsAt('../../')
const atRoot = targetsAt('../')

/**
 * The targets that make the same bytes of the same inputs, wherever they run. A shared cache may have some of their hits
 * built again and compared: another result is a fault of the build, or of whoever wrote the cache.
 */
export function reproducibleTargets(): string[] {
  const targets = Object.values(targetsByRoom).flatMap((room) => Object.entries(room))
  return [...new Set(targets.filter(([, { metadata }]) => metadata?.['reproducible'] === true).map(([name]) => name))]
}

/** The targets of a project, by the room (first folder of its path) it stands in. */
export const targetsByRoom: Readonly<Record<string, Targets>> = {
  apps: { ...nested.common, ...nested.service },
  libs: { ...nested.common, ...nested.lib },
  tools: nested.common,
  toolchain: atRoot.common,
  docs: atRoot.common,
}

/** Of the projects that have more than their room gives: tools that are published are built and packed as libraries are. */
export const targetsByFolder: Readonly<Record<string, Targets>> = {
  'tools/presets': { ...nested.common, ...nested.lib },
}
