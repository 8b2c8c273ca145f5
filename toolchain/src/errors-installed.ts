/** What can be wrong with a prefix, a start file or a command that changes them. Part of `errors`. */
export const installedErrors = {
  TOOLCHAIN_NOT_INSTALLED: {
    summary: 'The generation is not installed',
    explain: 'No prefix holds the generation that the checkout’s lock asks for.',
    message: (facts: { generation: string; prefixes: readonly string[] }) =>
      `Expected generation ${facts.generation} in ${facts.prefixes.join(' or ')}, found it in none.`,
    hint: () => './mochi setup',
  },
  TOOLCHAIN_FILE_MISSING: {
    summary: 'A file of an installed tool is gone',
    explain:
      'What stands under `opt/` is never changed once it is there. `./mochi toolchain verify --fix` puts it back.',
    message: (facts: { tool: string; path: string }) =>
      `${facts.tool}: expected the file ${facts.path}, and it is gone.`,
    where: (facts: { path: string }) => facts.path,
    hint: () => './mochi toolchain verify --fix',
  },
  TOOLCHAIN_FILE_CHANGED: {
    summary: 'A file of an installed tool is not as the lock says',
    explain:
      'What stands under `opt/` is never changed once it is there. `./mochi toolchain verify --fix` puts it back.',
    message: (facts: { tool: string; path: string; reason: string }) => `${facts.tool}: ${facts.path} ${facts.reason}.`,
    where: (facts: { path: string }) => facts.path,
    hint: () => './mochi toolchain verify --fix',
  },
  TOOLCHAIN_LINK_WRONG: {
    summary: 'A link of the generation does not lead where it should',
    explain: 'Links of `env/<generation>/bin` are relative and lead into `opt/`, so that a prefix can be copied.',
    message: (facts: { link: string; expected: string; found: string }) =>
      `${facts.link}: expected a link to ${facts.expected}, found ${facts.found}.`,
    where: (facts: { link: string }) => facts.link,
    hint: () => './mochi toolchain verify --fix',
  },
  TOOLCHAIN_REPAIR_FAILED: {
    summary: 'The damaged tool could not be installed anew',
    explain: 'The fresh copy is installed aside first. It failed, so the damaged one still stands where it was.',
    message: (facts: { reason: string }) => `The repair stopped before it changed anything: ${facts.reason}.`,
    hint: () => 'toolchain/install',
  },
  TOOLCHAIN_NO_PREVIOUS: {
    summary: 'There is no generation to go back to',
    explain:
      '`rollback` goes to the generation that was active before the current one and is still installed. After the oldest ' +
      'there is none; `./mochi toolchain rollback ID` goes to any that is installed, forward too. One that is not installed ' +
      'comes with its lock: check out an older `toolchain/toolchain.lock`, then run `./mochi setup`.',
    message: (facts: { prefix: string; current: string | undefined; others: readonly string[] }) =>
      `Expected an installed generation before ${facts.current ?? 'the first one'}, found none in ${facts.prefix}. ` +
      (facts.others.length === 0 ? 'No other is installed.' : `Installed besides: ${facts.others.join(', ')}.`),
    hint: (facts: { current: string | undefined; others: readonly string[] }) => {
      const last = facts.others.at(-1)
      if (last !== undefined) return `./mochi toolchain rollback ${last}`
      return facts.current === undefined ? './mochi setup' : 'git log --oneline -- :/toolchain/toolchain.lock'
    },
  },
  TOOLCHAIN_GENERATION_UNKNOWN: {
    summary: 'No generation of this id is installed',
    explain:
      '`./mochi toolchain list` shows the ids. A checkout’s own generation is installed by `./mochi setup` in it.',
    message: (facts: { wanted: string; installed: readonly string[] }) =>
      `Expected the id of an installed generation (${facts.installed.join(', ') || 'there is none'}), found ${facts.wanted}.`,
    hint: (facts: { installed: readonly string[] }) =>
      facts.installed.length === 0 ? './mochi setup' : './mochi toolchain list',
  },
  TOOLCHAIN_INSTALL_RUNNING: {
    summary: 'An installation into the prefix is under way',
    explain: 'It puts tools in place before the generation that links to them, so that nothing is removed meanwhile.',
    message: (facts: { prefix: string; pid: number }) =>
      `Process ${facts.pid} is installing into ${facts.prefix}; nothing was removed.`,
    where: (facts: { prefix: string }) => facts.prefix,
    hint: () => 'Wait until it has ended, then run the command again',
  },
  TOOLCHAIN_PREFIX_REFUSED: {
    summary: 'The folder is not a prefix of ours',
    explain: 'Commands that remove do so only in a folder that holds `env/` and `opt/` as the installer makes them.',
    message: (facts: { prefix: string; reason: string }) =>
      `Expected a prefix of mochi at ${facts.prefix}: ${facts.reason}.`,
    where: (facts: { prefix: string }) => facts.prefix,
    hint: () => './mochi toolchain list',
  },
  TOOLCHAIN_PROFILE_DAMAGED: {
    summary: 'The block of mochi in a start file is not whole',
    explain:
      'The block begins and ends with a marked line. One of the two is gone, so nobody can say what belongs to it.',
    message: (facts: { file: string; reason: string }) => `The block of mochi in ${facts.file} ${facts.reason}.`,
    where: (facts: { file: string }) => facts.file,
    hint: () => 'Remove the lines between "# >>> mochi >>>" and "# <<< mochi <<<" by hand',
  },
  TOOLCHAIN_PROFILE_UNWRITABLE: {
    summary: 'A start file of the shell cannot be read or written',
    explain:
      'The file is replaced by one rename, so its folder must be writable. Some systems manage start files themselves.',
    message: (facts: { file: string; reason: string }) => `Expected a start file that can be changed: ${facts.reason}.`,
    where: (facts: { file: string }) => facts.file,
    hint: () => 'eval "$(./mochi env)" puts the tools on PATH for one shell',
  },
  TOOLCHAIN_NOT_CONFIRMED: {
    summary: 'Nothing is removed without a confirmation',
    explain: '`uninstall` shows what would go and what stays, and goes on only when that was confirmed.',
    message: (facts: { prefix: string }) => `Removing the toolchain from ${facts.prefix} was not confirmed.`,
    hint: () => './mochi uninstall --yes',
  },
}
