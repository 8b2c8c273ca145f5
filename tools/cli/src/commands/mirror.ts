import { defineCommand, defineGroup } from '../command.ts'
import type { Context } from '../context.ts'
import { instanceFlag, jsonFlag, switchFlag, textArgument } from './flags.ts'

export type MirrorFlags = { instance: string | undefined; json: boolean }
export type MirrorAckFlags = MirrorFlags & { all: boolean; reason: string }
export type MirrorPruneFlags = MirrorFlags & { apply: boolean }

const flags = { instance: instanceFlag, json: jsonFlag }

const names = {
  kind: 'array',
  parameter: {
    brief: 'Sources, such as packages, toolchain or git:NAME; none: all',
    placeholder: 'source',
    parse: textArgument,
    async proposeCompletions(this: Context, partial: string) {
      return (await import('../mirror/propose-sources.ts')).proposeSources(this, partial)
    },
  },
} as const

const status = defineCommand<MirrorFlags>({
  load: async () => (await import('../mirror/status.ts')).runMirrorStatus,
  parameters: { flags },
  docs: {
    brief: 'Show how old everything is that is mirrored, and what upstream did that somebody should look at',
    fullDescription: [
      'Exits with 1 when something is older than 26 hours, when the last run of something failed, or when a finding waits to be',
      'acknowledged.',
    ].join('\n'),
  },
})

const plan = defineCommand<MirrorFlags, string[]>({
  load: async () => (await import('../mirror/plan.ts')).runMirrorPlan,
  parameters: { flags, positional: names },
  docs: { brief: 'Show what a run would fetch, without fetching anything' },
})

const sync = defineCommand<MirrorFlags, string[]>({
  load: async () => (await import('../mirror/sync.ts')).runMirrorSync,
  parameters: { flags, positional: names },
  docs: {
    brief: 'Bring what is mirrored up to date now; services do it daily by themselves',
    fullDescription:
      'Ctrl-C ends the run; what it has fetched is kept. Exits with 1 when something could not be had, or findings wait.',
  },
})

const ack = defineCommand<MirrorAckFlags, string[]>({
  load: async () => (await import('../mirror/ack.ts')).runMirrorAck,
  parameters: {
    flags: {
      ...flags,
      all: switchFlag('Every finding that waits'),
      reason: {
        kind: 'parsed',
        parse: textArgument,
        brief: 'What was decided, for those who read it later',
        placeholder: 'text',
      },
    },
    positional: {
      kind: 'array',
      parameter: { brief: 'Ids of findings, as status shows them', placeholder: 'id', parse: textArgument },
    },
  },
  docs: { brief: 'Say that somebody has looked at what upstream did' },
})

const prune = defineCommand<MirrorPruneFlags>({
  load: async () => (await import('../mirror/prune.ts')).runMirrorPrune,
  parameters: {
    flags: { ...flags, apply: switchFlag('Remove it, not only show it') },
  },
  docs: { brief: 'Show what is held and wanted by nobody any more, or remove it' },
})

export const mirror = defineGroup('What is mirrored of the outside', { status, plan, sync, ack, prune })
