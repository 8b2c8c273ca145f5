/** What can go wrong between us and a registry, and with what it gives. Part of `errors`. */
export const registryErrors = {
  TOOLCHAIN_REGISTRY_UNKNOWN: {
    summary: 'No package registry is configured',
    explain:
      'The registry is looked for in `MOCHI_REGISTRY`, `npm_config_registry`, the `.npmrc` of the checkout and of the ' +
      'user, and last `npm config get registry`. No address is built in.',
    message: (facts: { found: string }) => `Expected the address of a package registry, found ${facts.found}.`,
    hint: () => 'MOCHI_REGISTRY=<address> ./mochi toolchain …, or npm config set registry <address>',
  },
  TOOLCHAIN_TOKEN_IN_CLEAR: {
    summary: 'A token would travel unencrypted',
    explain: 'The registry has an `http:` address beyond this machine, and the configuration holds a token for it.',
    message: (facts: { address: string; origin: string }) =>
      `Expected an https: address, because there is a token for it; found ${facts.address} (${facts.origin}).`,
    where: (facts: { origin: string }) => facts.origin,
    hint: () => 'Use the registry’s https: address',
  },
  TOOLCHAIN_REGISTRY_UNREACHABLE: {
    summary: 'The registry did not answer as a registry does',
    explain:
      'Behind a proxy set `HTTPS_PROXY`; behind a company CA set `NODE_EXTRA_CA_CERTS`, or `NODE_USE_SYSTEM_CA=1` when the ' +
      'system trusts it.',
    message: (facts: { address: string; reason: string }) =>
      `Expected an answer of the registry, found ${facts.reason}.`,
    where: (facts: { address: string }) => facts.address,
    hint: () => './mochi doctor',
  },
  TOOLCHAIN_PACKAGE_UNKNOWN: {
    summary: 'The registry does not have the package',
    explain: 'Look at the name in `toolchain.json`. A registry that mirrors may not have mirrored it yet.',
    message: (facts: { package: string; registry: string }) =>
      `Expected the package ${facts.package}, and the registry does not have it.`,
    where: (facts: { registry: string }) => facts.registry,
    hint: () => 'Mend the name in toolchain/toolchain.json',
  },
  TOOLCHAIN_VERSION_UNKNOWN: {
    summary: 'The package has no such version',
    explain:
      'A tool must have the same version for all four platforms. `./mochi toolchain lock --update` finds the newest.',
    message: (facts: { package: string; version: string; newest: string | undefined }) =>
      `Expected ${facts.package}@${facts.version}, and no such version is published; the newest is ${facts.newest ?? 'none'}.`,
    hint: () => 'Mend the version in toolchain/toolchain.json, or ./mochi toolchain lock --update',
  },
  TOOLCHAIN_COOLDOWN: {
    summary: 'The version is too young',
    explain:
      'Most poisoned packages are found within hours. A version is locked only after `cooldownHours` (toolchain.json) ' +
      'have passed since it was published.',
    message: (facts: { package: string; version: string; allowed: string; nearest: string | undefined }) =>
      `${facts.package}@${facts.version} is too young: it is allowed from ${facts.allowed} on. ` +
      (facts.nearest === undefined ? 'No older version is allowed.' : `Newest allowed version: ${facts.nearest}.`),
    hint: (facts: { nearest: string | undefined }) =>
      facts.nearest === undefined ? 'Wait' : `Write ${facts.nearest} in toolchain/toolchain.json, or wait`,
  },
  TOOLCHAIN_COOLDOWN_UNDECIDED: {
    summary: 'The registry does not say when the version was published',
    explain:
      'Without a time the cooldown cannot be decided, and what cannot be decided is refused. Ask a registry that says it.',
    message: (facts: { package: string; version: string }) =>
      `Expected the time at which ${facts.package}@${facts.version} was published, and the registry does not say it.`,
    hint: () => 'MOCHI_REGISTRY=<another registry> ./mochi toolchain lock',
  },
  TOOLCHAIN_INTEGRITY_ABSENT: {
    summary: 'The registry gives no SHA-512 digest for the version',
    explain:
      'A lock holds only SHA-512 digests of npm packages. Very old packages have SHA-1 alone: take a newer version.',
    message: (facts: { package: string; version: string }) =>
      `Expected a sha512 integrity for ${facts.package}@${facts.version}, found none.`,
    hint: () => 'Write a newer version in toolchain/toolchain.json',
  },
  TOOLCHAIN_ARTIFACT_CHANGED: {
    summary: 'The same version has other bytes than the lock says',
    explain:
      'A published version never changes. When it does, somebody has replaced it: find out who before you trust it. ' +
      'To accept it all the same, remove the lines of the tool from toolchain.lock by hand, then `./mochi toolchain lock`.',
    message: (facts: { source: string; locked: string; found: string }) =>
      `${facts.source} is locked as ${facts.locked}, and now it is said to be ${facts.found}.`,
    hint: () => 'Compare with another registry before you accept it (./mochi --explain TOOLCHAIN_ARTIFACT_CHANGED)',
  },
  TOOLCHAIN_ARTIFACT_UNREACHABLE: {
    summary: 'An artefact could not be downloaded',
    explain: 'The address answered with an error, or the connection ended early. Nothing was changed.',
    message: (facts: { source: string; address: string; reason: string }) =>
      `Expected the artefact ${facts.source}, found ${facts.reason}.`,
    where: (facts: { address: string }) => facts.address,
    hint: () => 'Run the command again, or ./mochi doctor',
  },
  TOOLCHAIN_ARTIFACT_DIFFERENT: {
    summary: 'A downloaded artefact has another digest than expected',
    explain:
      'The bytes are not the ones that were asked for: a damaged download, a proxy’s error page, or worse. They were thrown away.',
    message: (facts: { source: string; expected: string; found: string }) =>
      `${facts.source}: expected ${facts.expected}, found ${facts.found}.`,
    hint: () => 'Run the command again; when it stays, ask another registry by MOCHI_REGISTRY',
  },
  TOOLCHAIN_ARCHIVE_UNSAFE: {
    summary: 'An archive holds something that must not be unpacked',
    explain:
      'Archives are read with names checked: no absolute path, no `..`, no link, nothing twice, one top folder, limits on ' +
      'count and size.',
    message: (facts: { source: string; entry: string; reason: string }) =>
      `${facts.source} holds ${JSON.stringify(facts.entry)}: ${facts.reason}.`,
    hint: () => 'Take another version, and tell the tool’s authors',
  },
  TOOLCHAIN_ARCHIVE_LACKS: {
    summary: 'An archive lacks a file that toolchain.json names',
    explain: '`keep` and `links` name paths below the archive’s top folder. Versions sometimes move files.',
    message: (facts: { source: string; path: string }) => `${facts.source} does not hold ${facts.path}.`,
    hint: () => 'Mend keep or links in toolchain/toolchain.json',
  },
  TOOLCHAIN_LOCK_REFUSED: {
    summary: 'Several tools cannot be locked',
    explain: 'Each tool’s reason is listed, and has a code of its own. The lock was not changed.',
    message: (facts: { reasons: readonly string[] }) =>
      ['Several tools cannot be locked:', ...facts.reasons.map((reason) => `  ${reason}`)].join('\n'),
    hint: () => 'Mend toolchain/toolchain.json, then ./mochi toolchain lock',
  },
  TOOLCHAIN_SITE_UNREACHABLE: {
    summary: 'Node’s download site did not give the digests of a new version',
    explain:
      'The lock holds digests of two sources of Node. Those of its own site come from `SHASUMS256.txt`; when the site is ' +
      'away, the digests in the lock are kept, but only for the version that they belong to.',
    message: (facts: { version: string; address: string; reason: string }) =>
      `Expected the digests of Node ${facts.version} from its site, found ${facts.reason}; the lock has none for this version.`,
    where: (facts: { address: string }) => facts.address,
    hint: () => 'MOCHI_NODE_SITE=<mirror of the site> ./mochi toolchain lock, or run it where the site can be reached',
  },
  TOOLCHAIN_SOURCES_DIFFER: {
    summary: 'Two sources of one tool hold different files',
    explain: 'Every source of a tool must give the same file. One of them is not what it says it is.',
    message: (facts: { tool: string; platform: string; path: string; sources: readonly string[] }) =>
      `${facts.tool} for ${facts.platform}: ${facts.path} differs between ${facts.sources.join(' and ')}.`,
    hint: () => 'Take neither before you know why they differ',
  },
}
