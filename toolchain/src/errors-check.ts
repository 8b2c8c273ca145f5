/** What `check` finds in a checkout. Part of `errors`. */
export const checkErrors = {
  TOOLCHAIN_LOCK_INCOMPLETE: {
    summary: 'The lock lacks a platform or a digest of a tool',
    explain:
      'A lock is complete for all four platforms or it is refused: otherwise it fails later, on a colleague’s machine.',
    message: (facts: { tool: string; platform: string; lacks: string }) =>
      `toolchain.lock lacks ${facts.lacks} of ${facts.tool} for ${facts.platform}.`,
    where: () => 'toolchain/toolchain.lock',
    hint: () => './mochi toolchain lock',
  },
  TOOLCHAIN_LOCK_STALE: {
    summary: 'toolchain.json and toolchain.lock disagree',
    explain:
      'toolchain.json says what we want, toolchain.lock exactly what. After each change of the first, make the second.',
    message: (facts: { tool: string; reason: string }) =>
      `toolchain.lock is not that of toolchain.json: ${facts.reason}.`,
    where: () => 'toolchain/toolchain.lock',
    hint: () => './mochi toolchain lock',
  },
  TOOLCHAIN_SCRIPT_CHANGED: {
    summary: 'A script of toolchain/bin is not as the lock says',
    explain: 'Internal scripts are part of the generation, so that a change of one makes a new generation.',
    message: (facts: { name: string; reason: string }) => `toolchain/bin/${facts.name} ${facts.reason}.`,
    where: (facts: { name: string }) => `toolchain/bin/${facts.name}`,
    hint: () => './mochi toolchain lock',
  },
  TOOLCHAIN_PNPM_LOCK_UNREADABLE: {
    summary: 'pnpm-lock.yaml cannot be read',
    explain: 'The file is absent or no lock file of pnpm (format 9).',
    message: (facts: { file: string; reason: string }) => `Expected a lock file of pnpm, found ${facts.reason}.`,
    where: (facts: { file: string }) => facts.file,
    hint: () => 'git checkout HEAD -- :/pnpm-lock.yaml',
  },
  TOOLCHAIN_PNPM_LOCK_INCOMPLETE: {
    summary: 'pnpm-lock.yaml lacks a platform of a package',
    explain:
      'pnpm drops an optional platform package that it cannot find and ends with success; the machine of that platform then ' +
      'fails at run time. `./mochi exec -- pnpm install --fix-lockfile` repairs the lock; a plain install, `--force` and ' +
      '`--frozen-lockfile` do not. When it stays, the version was never published for the platform: take another.',
    message: (facts: { parent: string; platform: string; missing: string | undefined }) =>
      `pnpm-lock.yaml lacks the package of ${facts.parent} for ${facts.platform}` +
      (facts.missing === undefined ? '.' : `: ${facts.missing}.`),
    where: () => 'pnpm-lock.yaml',
    hint: () => './mochi exec -- pnpm install --fix-lockfile',
  },
}
