import { defineCommand } from '../command.ts'
import type { NoFlags } from '../command.ts'
import { instanceFlag, jsonFlag, switchFlag, textArgument } from './flags.ts'

type InstanceFlag = { instance: string | undefined }
export type UpFlags = InstanceFlag & { detach: boolean; json: boolean; nodes: readonly (readonly [string, number])[] }
export type DownFlags = InstanceFlag
export type RestartFlags = InstanceFlag
export type LogsFlags = InstanceFlag & { follow: boolean; lines: number }

const names = {
  kind: 'array',
  parameter: {
    brief: 'Services; default: all of this checkout',
    placeholder: 'name',
    parse: textArgument,
    async proposeCompletions(this: { root: string }, partial: string) {
      return (await import('../complete/values.ts')).proposeServices(this.root, partial)
    },
  },
} as const

export const up = defineCommand<UpFlags, string[]>({
  load: async () => (await import('../up/run.ts')).runUp,
  parameters: {
    flags: {
      instance: instanceFlag,
      detach: switchFlag('End when the services serve, and let them run'),
      json: jsonFlag,
      nodes: {
        kind: 'parsed',
        parse: parseNodes,
        brief: 'More than one of a service, as in hello=3',
        placeholder: 'name=count',
        variadic: true,
        default: [],
      },
    },
    positional: names,
  },
  docs: {
    brief: 'Start the services of this checkout, and show them',
    fullDescription: [
      'Installs what is missing, starts the services beside whatever of yours runs already, and waits until they serve.',
      'On a terminal it stays and shows them; Ctrl-C stops those that it started. Elsewhere, and with --detach, it ends and',
      'they run on. One that runs already is started anew when it would be told something else than before.',
    ].join('\n'),
  },
})

export const down = defineCommand<DownFlags, string[]>({
  load: async () => (await import('../up/down.ts')).runDown,
  parameters: { flags: { instance: instanceFlag }, positional: names },
  docs: { brief: 'Stop the services of this checkout, each when its last request is answered' },
})

export const restart = defineCommand<RestartFlags, string[]>({
  load: async () => (await import('../up/restart.ts')).runRestart,
  parameters: { flags: { instance: instanceFlag }, positional: names },
  docs: { brief: 'Put a new process in the place of one that serves, without losing a request' },
})

export const logs = defineCommand<LogsFlags, [string]>({
  load: async () => (await import('../up/logs.ts')).runLogs,
  parameters: {
    flags: {
      instance: instanceFlag,
      follow: switchFlag('Go on with the lines that come'),
      lines: {
        kind: 'parsed',
        parse: parseCount,
        brief: 'How many lines that stand there',
        placeholder: 'count',
        default: '20',
      },
    },
    aliases: { f: 'follow', n: 'lines' },
    positional: { kind: 'tuple', parameters: [{ ...names.parameter, brief: 'The service' }] },
  },
  docs: { brief: 'Show what a service wrote' },
})

export const serve = defineCommand<NoFlags, [string?]>({
  load: async () => (await import('../up/serve.ts')).runServe,
  parameters: {
    positional: {
      kind: 'tuple',
      parameters: [
        { ...names.parameter, brief: 'The service; default: that of the folder you are in', optional: true },
      ],
    },
  },
  docs: {
    brief: 'Run one service in this terminal, and anew at every change of its sources',
    fullDescription:
      'What `npx nx serve NAME` runs. The socket stays open: no request is lost when a change is taken over.',
  },
})

function parseCount(text: string): number {
  const count = Number(text)
  if (!Number.isInteger(count) || count < 0) throw new Error(`Expected a whole number from 0 up, found "${text}".`)
  return count
}

/** `hello=3`. */
export function parseNodes(text: string): readonly [string, number] {
  const [, name, count] = /^([^=]+)=([1-9][0-9]?)$/.exec(text) ?? []
  if (name === undefined) throw new Error(`Expected NAME=COUNT with a count from 1 to 99, found "${text}".`)
  return [name, Number(count)]
}
