import type { MochiError } from '@mochi/errors'
import type { Platform } from './platforms.ts'

/** A package registry and what it must be told to answer. */
export type Registry = {
  /** Without a trailing slash and without user or password. */
  address: string
  /** Where the address was found, for messages: `MOCHI_REGISTRY`, a file, `npm config get registry`. */
  origin: string
  /** The value of the `authorization` header, when the configuration holds one for this address. */
  authorization?: string
}

/** A checkout and the prefixes in which its generation may stand, in the order in which they are looked at. */
export type Place = {
  /** Absolute path of the checkout. */
  root: string
  /** From `prefixCandidates`. */
  prefixes: readonly string[]
}

/** How far a command is; every event is complete in itself, so a printer may drop any. */
export type Progress =
  { kind: 'asking'; what: string } | { kind: 'downloading'; source: string } | { kind: 'reading'; source: string }

export type LockOptions = {
  root: string
  registry: Registry
  fetch: typeof fetch
  now: () => Date
  /** Folder that keeps downloaded artefacts by digest, so that none is downloaded twice. */
  cache: string
  /** Address of Node's download site. Default `https://nodejs.org/dist`; `MOCHI_NODE_SITE` replaces it. */
  nodeSite?: string
  /** Moves every tool to the newest version that has all platforms and is past the cooldown; rewrites toolchain.json. */
  update?: boolean
  /** Works everything out and writes nothing. */
  dryRun?: boolean
  onProgress?: (progress: Progress) => void
}

/** A tool, or a script as `toolchain/bin/<name>`, with a few words: the version, or old and new. */
export type LockChange = { kind: 'added' | 'removed' | 'changed'; name: string; detail: string }

export type LockReport = {
  generation: string
  previous: string | undefined
  /** False when the lock stood already as it would be written, or in a dry run. */
  written: boolean
  changes: LockChange[]
  /** What `update` moved. */
  updated: { tool: string; from: string; to: string }[]
  /** What a person should know: digests of Node's site that were kept because the site is away. */
  notes: string[]
}

export type CheckOptions = {
  root: string
  /** Compare with the registry too: finds what pnpm left out of the lock altogether. */
  online?: { registry: Registry; fetch: typeof fetch }
}

/** Nothing is wrong when `faults` is empty. */
export type CheckReport = { faults: MochiError[]; tools: number; packages: number }

export type VerifyReport = {
  generation: string
  prefix: string
  /** How many tools, scripts and links were looked at. */
  checked: number
  faults: MochiError[]
  /** The folders below the prefix that the faults are in. */
  damaged: string[]
  /** The faults that were there before a repair and are no more. */
  mended: MochiError[]
}

export type ListedTool = {
  tool: string
  version: string
  /** Commands on PATH. */
  links: string[]
  /** Folder of the unpacked tool, undefined when it is not installed. */
  path: string | undefined
}

export type ListedGeneration = {
  id: string
  prefix: string
  /** The generation that a shell's PATH uses (`env/current`). */
  current: boolean
  /** The generation that this checkout's lock asks for. */
  wanted: boolean
  /** ISO time of the last activation, from the history. */
  activated: string | undefined
}

export type ListReport = { platform: Platform; wanted: string; tools: ListedTool[]; generations: ListedGeneration[] }

export type RollbackReport = {
  prefix: string
  /** The generation that was current before; undefined where none was. */
  from: string | undefined
  to: string
}

export type PrunePlan = {
  prefix: string
  remove: { kind: 'generation' | 'tool' | 'archive'; path: string; bytes: number; why: string }[]
  keep: { path: string; why: string }[]
  /** Sum of what would go. */
  bytes: number
}

export type BundleOptions = {
  root: string
  platform: Platform
  /** The file to write. */
  output: string
  registry: Registry
  fetch: typeof fetch
  cache: string
  onProgress?: (progress: Progress) => void
}

export type BundleReport = { path: string; bytes: number; sha256: string; artifacts: number }

export type Shell = 'bash' | 'zsh' | 'fish'

export type ProfileOptions = {
  shell: Shell
  home: string
  system: 'linux' | 'darwin'
  prefix: string
  /** `ZDOTDIR` and `XDG_CONFIG_HOME` move the start files of zsh and fish. */
  environment?: Readonly<Record<string, string | undefined>>
}

export type ProfileReport = {
  /** The start file as the shell names it, and the file that was really written when the first is a link. */
  file: string
  realFile: string
  changed: boolean
}

export type UninstallPlan = {
  prefix: string
  remove: { path: string; bytes: number }[]
  /** What stays, and the reason a person is told. */
  stay: { path: string; why: string }[]
}
