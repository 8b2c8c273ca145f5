import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { findGeneration } from '@mochi/toolchain/prefix'
import type { Context } from '../context.ts'
import { placeOf } from '../toolchain/place.ts'
import { findOnPath, resolveLinks } from './find-on-path.ts'

export type ToolchainState = {
  /** The generation that the checkout's lock names; undefined when the lock cannot be read. */
  wanted: string | undefined
  /** Where it is installed. */
  installed: { prefix: string; path: string } | undefined
  /** Whether `env/current`, which the line in a shell's start file uses, leads to it. */
  current: boolean
  /** The node that the user's command line finds, as PATH names it. */
  nodeOnPath: string | undefined
  /** Whether that node is the generation's own. */
  onPath: boolean
}

/** Looks where the wanted generation stands and whether the user's shell uses it. Starts no process. */
export async function probeToolchain(context: Context): Promise<ToolchainState> {
  const wanted = await readGeneration(join(context.root, 'toolchain/toolchain.lock'))
  const { prefixes } = placeOf(context)
  const installed = wanted === undefined ? undefined : findGeneration({ prefixes, generation: wanted })
  const nodeOnPath = await findOnPath('node', context.userPath)
  if (installed === undefined) return { wanted, installed, current: false, nodeOnPath, onPath: false }
  const { prefix, path } = installed
  return {
    ...{ wanted, installed, nodeOnPath },
    current: await isSame(path, join(prefix, 'env/current')),
    onPath: nodeOnPath !== undefined && (await isSame(join(path, 'bin/node'), nodeOnPath)),
  }
}

async function isSame(one: string, other: string): Promise<boolean> {
  return (await resolveLinks(one)) === (await resolveLinks(other))
}

/** The id on the lock's first line, without reading the rest. */
async function readGeneration(file: string): Promise<string | undefined> {
  const handle = await open(file).catch(() => undefined)
  if (handle === undefined) return undefined
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(64), 0, 64, 0)
    return /^generation ([0-9a-f]{16})\n/.exec(buffer.toString('utf8', 0, bytesRead))?.[1]
  } finally {
    await handle.close()
  }
}
