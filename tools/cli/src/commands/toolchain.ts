import type { Platform } from '@mochi/toolchain'
import { defineCommand, defineGroup } from '../command.ts'
import { dryRunFlag, jsonFlag, switchFlag, textArgument } from './flags.ts'

/** As in `PLATFORMS` of the toolchain, which help and completion have no time to load. */
const PLATFORM_NAMES = ['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64'] as const satisfies readonly Platform[]

export type JsonFlags = { json: boolean }
export type LockFlags = { update: boolean; dryRun: boolean; json: boolean }
export type CheckToolchainFlags = { online: boolean; json: boolean }
export type VerifyFlags = { fix: boolean; json: boolean }
export type PruneFlags = { dryRun: boolean; json: boolean }
export type BundleFlags = { platform: string | undefined; output: string | undefined; json: boolean }
export type ProfileFlags = { shell: 'bash' | 'zsh' | 'fish' | undefined }

const list = defineCommand<JsonFlags>({
  load: async () => (await import('../toolchain/list.ts')).runList,
  parameters: { flags: { json: jsonFlag } },
  docs: { brief: 'List the pinned tools and the generations that are installed' },
})

const id = defineCommand<JsonFlags>({
  load: async () => (await import('../toolchain/list.ts')).runId,
  parameters: { flags: { json: jsonFlag } },
  docs: { brief: 'Print the id of the generation that this checkout wants' },
})

const lock = defineCommand<LockFlags>({
  load: async () => (await import('../toolchain/lock.ts')).runLock,
  parameters: {
    flags: {
      update: switchFlag('Move every tool to its newest version that has all platforms and is past the cooldown'),
      dryRun: dryRunFlag,
      json: jsonFlag,
    },
  },
  docs: {
    brief: 'Write toolchain.lock from toolchain.json, with the digests of every platform',
    fullDescription: [
      'Writes toolchain.lock for the tools of toolchain.json: exact sources and digests for all four platforms.',
      'A version younger than the cooldown (24 hours) is refused. Commit both files.',
    ].join('\n'),
  },
})

const check = defineCommand<CheckToolchainFlags>({
  load: async () => (await import('../toolchain/check.ts')).runToolchainCheck,
  parameters: {
    flags: {
      online: switchFlag('Compare with the registry too'),
      json: jsonFlag,
    },
  },
  docs: { brief: 'Check that both lock files are complete for all four platforms' },
})

const verify = defineCommand<VerifyFlags>({
  load: async () => (await import('../toolchain/check.ts')).runVerify,
  parameters: {
    flags: {
      fix: switchFlag('Put a fresh copy in the place of what is damaged'),
      json: jsonFlag,
    },
  },
  docs: { brief: 'Compare the installed files with the digests of the lock' },
})

const rollback = defineCommand<JsonFlags, [string?]>({
  load: async () => (await import('../toolchain/rollback.ts')).runRollback,
  parameters: {
    flags: { json: jsonFlag },
    positional: {
      kind: 'tuple',
      parameters: [
        {
          brief:
            'An installed generation, as `mochi toolchain list` shows them; without it, the one that was used before',
          placeholder: 'id',
          optional: true,
          parse: textArgument,
          async proposeCompletions(partial) {
            return (await import('../complete/values.ts')).proposeGenerations(this, partial)
          },
        },
      ],
    },
  },
  docs: {
    brief: 'Make the generation that was used before, or a named one, current again',
    fullDescription: [
      'Switches env/current, which the line in your start file puts on PATH, to the generation that was used before, or to',
      "the one that is named. The checkout's lock stays as it is: take it back with git to make the step last.",
    ].join('\n'),
  },
})

const prune = defineCommand<PruneFlags>({
  load: async () => (await import('../toolchain/prune.ts')).runPrune,
  parameters: { flags: { dryRun: dryRunFlag, json: jsonFlag } },
  docs: { brief: 'Remove generations and tools that no living checkout wants' },
})

const bundle = defineCommand<BundleFlags>({
  load: async () => (await import('../toolchain/bundle.ts')).runBundle,
  parameters: {
    flags: {
      platform: {
        kind: 'parsed',
        brief: 'The machine that it is for: linux-x64, linux-arm64, darwin-x64 or darwin-arm64; default: one like this',
        placeholder: 'platform',
        optional: true,
        parse: textArgument,
        proposeCompletions: () => PLATFORM_NAMES,
      },
      output: {
        kind: 'parsed',
        brief: 'The file to write; default mochi-<generation>-<platform>.tar in this folder',
        placeholder: 'file',
        parse: textArgument,
        optional: true,
      },
      json: jsonFlag,
    },
  },
  docs: {
    brief: 'Make one file from which a machine without a network installs',
    fullDescription: 'Makes one file for `toolchain/install --bundle FILE`, which then needs no network.',
  },
})

const profileParameters = {
  flags: {
    shell: {
      kind: 'enum',
      values: ['bash', 'zsh', 'fish'],
      brief: 'The shell whose start file is meant; default: the one of $SHELL',
      optional: true,
    },
  },
} as const

const profileAdd = defineCommand<ProfileFlags>({
  load: async () => (await import('../toolchain/profile.ts')).runProfileAdd,
  parameters: profileParameters,
  docs: { brief: "Put the tools on PATH for good: one line in your shell's start file" },
})

const profileRemove = defineCommand<ProfileFlags>({
  load: async () => (await import('../toolchain/profile.ts')).runProfileRemove,
  parameters: profileParameters,
  docs: { brief: 'Take that line out again; the file is then what it was before' },
})

const profile = defineGroup("Put the tools on your shell's PATH for good, or take them off", {
  add: profileAdd,
  remove: profileRemove,
})

export const toolchain = defineGroup('The pinned tools: list, lock, check, roll back, bundle, put on PATH', {
  list,
  id,
  lock,
  check,
  verify,
  rollback,
  prune,
  bundle,
  profile,
})
