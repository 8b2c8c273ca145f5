import { buildApplication, buildRouteMap, help, text_en, version } from '@stricli/core'
import type { Application, RouteMap } from '@stricli/core'
import type { Context } from './context.ts'
import { groups, hiddenCommands } from './groups.ts'
import { findOtherWord } from './other-words.ts'
import { formatRootHelp } from './root-help.ts'
import type { HelpStyle } from './root-help.ts'

export type AppOptions = {
  version: string
  /** How help is shown. */
  help: HelpStyle
  /** How the user calls the program, for what they are told to run. */
  command?: string
}

/** The command tree, with nothing of it loaded but names, flags and words. */
export function createApp(options: AppOptions): Application<Context> {
  const settings = {
    name: 'mochi',
    scanner: {
      caseStyle: 'allow-kebab-for-camel',
      allowArgumentEscapeSequence: true,
      distanceOptions: { threshold: 4, weights: { insertion: 1, deletion: 2, substitution: 2, transposition: 1 } },
    },
    localization: { text: wordsForUsage(options.command ?? './mochi') },
  } as const
  return buildApplication(createRoot(options.help), settings, {
    help: help<Context>({ brief: 'Print this help', defaultForRouteMap: true, formatting }),
    version: version<Context>({ brief: 'Print the version', info: { currentVersion: options.version } }),
  })
}

const formatting = {
  useAliasInUsageLine: false,
  onlyRequiredInUsageLine: false,
  caseStyle: 'convert-camel-to-kebab',
} as const

function createRoot(style: HelpStyle): RouteMap<Context> {
  const shown = Object.fromEntries(groups.flatMap(({ commands }) => Object.entries(commands)))
  const root = buildRouteMap<string, Context>({
    routes: { ...shown, ...hiddenCommands },
    docs: { brief: 'The platform of this checkout', hideRoute: { __complete: true } },
  })
  return { ...root, formatHelp: () => formatRootHelp(groups, style) }
}

/** The framework prints wrong usage itself; these are our words for it. `runCli` adds the next command. */
const wordsForUsage = (command: string) => ({
  ...text_en,
  briefs: { ...text_en.briefs, argumentEscapeSequence: 'What follows is for the command' },
  noCommandRegisteredForInput: ({ input, corrections }: { input: string; corrections: readonly string[] }) => {
    const otherWord = findOtherWord(input)
    const meant = otherWord === undefined ? corrections : [`\`${command} ${otherWord}\``]
    return `error: There is no command \`${input}\`.${meant.length === 0 ? '' : ` Did you mean ${meant.join(' or ')}?`}`
  },
  exceptionWhileParsingArguments: (error: unknown) =>
    `error: ${error instanceof Error ? error.message : String(error)}`,
})

/** The command that a wrong command line was about, as far as its words name one: `['toolchain', 'lock']`. */
export function findCommandPath(app: Application<Context>, inputs: readonly string[]): readonly string[] {
  const path: string[] = []
  let target: Application<Context>['root'] = app.root
  for (const input of inputs) {
    const next = 'getRoutingTargetForInput' in target ? target.getRoutingTargetForInput(input) : undefined
    if (next === undefined) break
    path.push(input)
    target = next
  }
  return path
}
