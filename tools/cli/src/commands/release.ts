import { defineCommand, defineGroup } from '../command.ts'
import { jsonFlag, switchFlag, textArgument } from './flags.ts'

export type ReleaseFlags = { registry: string | undefined; json: boolean }

export type ReleasePublishFlags = ReleaseFlags & { version: boolean }

const registryFlag = {
  kind: 'parsed',
  parse: textArgument,
  brief: 'Address of the registry. Default: that of this platform, while it answers',
  placeholder: 'address',
  optional: true,
} as const

const plan = defineCommand<ReleaseFlags>({
  load: async () => (await import('../release/run-plan.ts')).runReleasePlan,
  parameters: { flags: { registry: registryFlag, json: jsonFlag } },
  docs: {
    brief: 'Show what would be released: from which version to which, why, in which order, and what the registry has',
  },
})

const publish = defineCommand<ReleasePublishFlags>({
  load: async () => (await import('../release/run-publish.ts')).runReleasePublish,
  parameters: {
    flags: {
      version: switchFlag('First make versions and changelogs of the changesets, and commit them'),
      registry: registryFlag,
      json: jsonFlag,
    },
  },
  docs: {
    brief: 'Build, pack and publish the libraries to the registry, and tag each',
    fullDescription: [
      'In the order of their dependencies. What the registry has with the same contents is passed over, so that the command goes on',
      'where it was ended. Needs a token of npm’s configuration, and a working tree without changes.',
    ].join('\n'),
  },
})

export const release = defineGroup('Versions, changelogs and publishing of the libraries', { plan, publish })
