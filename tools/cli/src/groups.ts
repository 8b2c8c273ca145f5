import type { Command, RouteMap } from '@stricli/core'
import { cache } from './commands/cache.ts'
import { check } from './commands/check.ts'
import { complete, completion } from './commands/completion.ts'
import { config } from './commands/config.ts'
import { doctor } from './commands/doctor.ts'
import { env, exec } from './commands/environment.ts'
import { explain } from './commands/explain.ts'
import { keys } from './commands/keys.ts'
import { mirror } from './commands/mirror.ts'
import { registry } from './commands/registry.ts'
import { release } from './commands/release.ts'
import { setup } from './commands/setup.ts'
import { status } from './commands/status.ts'
import { ci, test } from './commands/ci.ts'
import { toolchain } from './commands/toolchain.ts'
import { uninstall } from './commands/uninstall.ts'
import { down, logs, restart, serve, up } from './commands/up.ts'
import { why } from './commands/why.ts'
import type { Context } from './context.ts'

export type CommandGroup = {
  title: string
  commands: Readonly<Record<string, Command<Context> | RouteMap<Context>>>
}

/** Every command that help shows, in the order in which a newcomer meets them. */
export const groups: readonly CommandGroup[] = [
  { title: 'Start here', commands: { setup, status, doctor } },
  { title: 'Services', commands: { up, down, restart, logs, serve } },
  { title: 'Every day', commands: { test, ci, check, cache, registry, mirror, release, config, keys, exec, env } },
  { title: 'Toolchain', commands: { toolchain, uninstall } },
  { title: 'Explain', commands: { explain, why, completion } },
]

/** Commands that programs call, not people. */
export const hiddenCommands = { __complete: complete }
