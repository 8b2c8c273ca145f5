import { defineCommand } from '../command.ts'
import { jsonFlag, switchFlag, textArgument } from './flags.ts'

export type CiFlags = { all: boolean; base: string | undefined; soak: boolean; json: boolean }

const soak = switchFlag('Run the long fault loops in full')

export const ci = defineCommand<CiFlags>({
  load: async () => (await import('../ci/run.ts')).runCi,
  parameters: {
    flags: {
      all: switchFlag('Check every project, not only those that the change reaches'),
      base: {
        kind: 'parsed',
        parse: textArgument,
        brief: 'Compare with this commit or branch; default: what the CI server says, or where the branch left main',
        placeholder: 'revision',
        optional: true,
      },
      soak,
      json: jsonFlag,
    },
  },
  docs: {
    brief: 'Check what differs from main: format, lint, types, tests with coverage, builds',
    fullDescription: [
      'What a CI machine runs. A clone that is not set up is set up first: toolchain and dependencies. Says which projects',
      'the change reaches and why, checks them, and writes one report of all: reports/ holds index.html, junit.xml,',
      'lcov.info, cobertura.xml, summary.md and codequality.json.',
      'The last line is `N passed, N failed`, counted from the reports. Exit code 1 when anything failed.',
    ].join('\n'),
  },
})

export type TestFlags = Pick<CiFlags, 'soak' | 'json'>

export const test = defineCommand<TestFlags>({
  load: async () => {
    const { runCi } = await import('../ci/run.ts')
    return (context, flags) => runCi(context, { ...flags, all: true, base: undefined })
  },
  parameters: { flags: { soak, json: jsonFlag } },
  docs: {
    brief: 'Check and test everything: format, lint, types, tests with coverage, builds',
    fullDescription: [
      'The same as `mochi ci --all`: everything of every project; what did not change is answered from the cache.',
      'The last line is `N passed, N failed`, counted from the reports. Exit code 1 when anything failed.',
    ].join('\n'),
  },
})
