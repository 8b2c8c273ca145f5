import { PLATFORMS } from './platforms.ts'
import type { Platform } from './platforms.ts'

/** What a package says of the machines it is for, as package.json has it: names, or `!` and a name that it is not for. */
export type Restriction = { os?: readonly string[]; cpu?: readonly string[]; libc?: readonly string[] }

/** The platforms of ours on which a package installs. A package for musl alone is for none: our Linux has glibc. */
export function coveredPlatforms(at: Restriction): Platform[] {
  return PLATFORMS.filter((platform) => {
    const [os = '', cpu = ''] = platform.split('-')
    return admits(at.os, os) && admits(at.cpu, cpu) && (os !== 'linux' || admits(at.libc, 'glibc'))
  })
}

function admits(list: readonly string[] | undefined, name: string): boolean {
  if (list === undefined || list.length === 0 || list.includes('any')) return true
  const allowed = list.filter((entry) => !entry.startsWith('!'))
  return !list.includes(`!${name}`) && (allowed.length === 0 || allowed.includes(name))
}

/** Words that name a machine in a package's name, apart from what the package is. */
const MACHINE_WORDS =
  /^(?:linux|linuxmusl|darwin|macos|osx|win32|windows|android|freebsd|openbsd|netbsd|sunos|aix|openharmony|wasm32|wasi|x64|x86|x86_64|amd64|ia32|arm64|arm|armv[67]l?|aarch64|ppc64|ppc64le|s390x|riscv64|loong64|loongarch64|mips64el|universal|gnu|gnueabihf|musl|musleabihf|eabi|msvc|threads)$/

/** `@img/sharp-libvips-linux-x64` gives `@img/sharp-libvips`: what is left of a name without the machine. */
export function familyName(name: string): string {
  return name
    .split(/(?=[-./])/)
    .filter((part) => !MACHINE_WORDS.test(part.replace(/^[-./]/, '')))
    .join('')
}

/** The platform of ours that a name speaks of, for a package that nobody can ask any more; undefined for another or none. */
export function platformInName(name: string): Platform | undefined {
  const words = name.split(/[-./@]/)
  if (words.includes('musl') || words.includes('linuxmusl')) return undefined
  return PLATFORMS.find((platform) => platform.split('-').every((word) => words.includes(word)))
}
