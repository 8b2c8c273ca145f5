import { defineErrors } from '@mochi/errors'

type Target = { kind: string; name: string; folder: string }

/** What the generators refuse, always before the first byte is written. */
export const errors = defineErrors({
  SCAFFOLD_NAME_MISSING: {
    summary: 'A generator was called without a name',
    explain: `Generators never ask: what they need stands on the command line, so that they run the same in a terminal, in a script
and in CI. The name is the first argument.`,
    message: (facts: { kind: string; rule: string }) =>
      `Expected the name of the new ${facts.kind}, found none. Allowed are ${facts.rule}.`,
    hint: (facts: { kind: string }) => `npx nx g ${facts.kind} NAME`,
  },
  SCAFFOLD_KIND_UNKNOWN: {
    summary: 'plop was called without one of its generators',
    explain: `\`npx plop\` alone would show a menu and then have no name: generators never ask. Say which one, and the name of the
new project or CI server. \`npx nx g\` does the same, and lists them with \`npx nx list @mochi/nx\`.`,
    message: (facts: { found: string | undefined; kinds: readonly string[] }) =>
      `Expected a generator (${facts.kinds.join(', ')}) and a name, found ${facts.found ?? 'none'}.`,
    hint: (facts: { kinds: readonly string[] }) => facts.kinds.map((kind) => `npx plop ${kind} NAME`).join(', or '),
  },
  SCAFFOLD_OPTION_UNKNOWN: {
    summary: 'plop was called with an option that no generator has',
    explain: `plop would leave out what it does not know and write the project, whatever was meant. The generators know
\`--dry-run\`, which shows the files and writes none, and \`--skip-install\`.`,
    message: (facts: { option: string }) => `Expected --dry-run or --skip-install, found ${facts.option}.`,
    hint: (facts: { kind: string }) => `npx plop ${facts.kind} NAME --dry-run`,
  },
  SCAFFOLD_TARGET_EXISTS: {
    summary: 'The folder of the new project already holds other files',
    explain: `A generator never writes over what is there. When the folder holds exactly what the generator would write, it says so and
changes nothing; as soon as one file is missing or differs, or something is there that is no readable file (a link, an
empty folder), it refuses. Choose another name, or remove the folder when it
is a leftover.`,
    message: (facts: Target & { differing: readonly string[] }) =>
      `Expected no folder ${facts.folder}, or one that is just as the template of a ${facts.kind} makes it; found others: ${facts.differing.join(', ')}.`,
    where: (facts: Target) => facts.folder,
    hint: (facts: Target) => `npx nx g ${facts.kind} ANOTHER-NAME, or remove ${facts.folder}`,
  },
  SCAFFOLD_NAME_TAKEN: {
    summary: 'Another project has the name',
    explain: `Apps, libs and tools share one name space, because \`nx test foo\`, \`@mochi/foo\` and the service foo must each mean one
thing. Two packages of one name make Nx refuse every command.`,
    message: (facts: Target & { holder: string }) =>
      `Expected a name that no project has, found ${facts.name} taken by ${facts.holder}.`,
    where: (facts: { holder: string }) => facts.holder,
    hint: (facts: Target) => `npx nx g ${facts.kind} ANOTHER-NAME`,
  },
  SCAFFOLD_PORT_TAKEN: {
    summary: 'Another app has the port that follows from the name',
    explain: `A service's port on a laptop follows from its name (20000 + a hash modulo 10000), so that every machine agrees without a
file; two names may share one. Choose another name, or give the new service a port of its own in \`mochi.json\` under
\`services.NAME.port\` before it is generated.`,
    message: (facts: Target & { port: number; holder: string }) =>
      `Expected the port of ${facts.name} to be free, found ${facts.port} taken by ${facts.holder}.`,
    where: (facts: { holder: string }) => facts.holder,
    hint: (facts: Target) =>
      `choose another name, or set services.${facts.name}.port in mochi.json and run: npx nx g ${facts.kind} ${facts.name}`,
  },
  SCAFFOLD_CI_UNKNOWN: {
    summary: 'The generator of CI workflows was called without a server that it knows',
    explain: `There is a workflow for GitHub Actions, for GitLab and for Jenkins; which one is the first argument, because generators
never ask. Another server runs the same commands: see the page CI of the guide.`,
    message: (facts: { found: string | undefined; servers: readonly string[] }) =>
      `Expected a CI server (${facts.servers.join(', ')}), found ${facts.found ?? 'none'}.`,
    hint: (facts: { servers: readonly string[] }) =>
      facts.servers.map((server) => `npx nx g ci ${server}`).join(', or '),
  },
  SCAFFOLD_FILE_EXISTS: {
    summary: 'Where the workflow goes stands something else',
    explain: `A generator never writes over what is there. A workflow is yours as soon as it is written: to see what a newer template
would say, move yours aside, generate, and compare.`,
    message: (facts: { server: string; path: string; expected: string }) =>
      `Expected ${facts.expected} at ${facts.path}, found another.`,
    where: (facts: { path: string }) => facts.path,
    hint: (facts: { server: string; path: string }) =>
      `mv ${facts.path} ${facts.path}.old, then npx nx g ci ${facts.server}`,
  },
  SCAFFOLD_DISK_FULL: {
    summary: 'The disk has no room for a new project',
    explain: `A generator asks before it writes, so that no part of a project is left behind. \`./mochi toolchain prune\` removes
tools that no checkout wants, and \`npx nx reset\` what Nx keeps of earlier runs.`,
    message: (facts: { folder: string; free: number }) =>
      `Expected 1 MiB for ${facts.folder}, found ${Math.floor(facts.free / 1024)} KiB free. Nothing is written.`,
    hint: () => './mochi toolchain prune',
  },
  SCAFFOLD_WRITE_FAILED: {
    summary: 'The system refused to write the new project',
    explain: `The reason is the system’s own: often a folder that belongs to somebody else. What was written until then stays, and the
generator would refuse the folder: remove it before the next attempt.`,
    message: (facts: { folder: string; reason: string }) =>
      `Expected to write ${facts.folder}, but the system answered: ${facts.reason}`,
    where: (facts: { folder: string }) => facts.folder,
    hint: (facts: { folder: string }) => `rm -rf ${facts.folder}, mend the cause, and try again`,
  },
  SCAFFOLD_INSTALL_FAILED: {
    summary: 'The project is written, but its dependencies could not be installed',
    explain: `The generator has pnpm link the new project so that the next command works. When that fails the files stay: they are right, and
\`./mochi setup\` installs what is missing as soon as its cause (often the network) is gone.`,
    message: (facts: { reason: string }) =>
      `The files are written, but pnpm could not install the new dependencies: ${facts.reason}`,
    hint: () => './mochi setup',
  },
  CACHE_RELAY_FAULT: {
    summary: 'The shared build cache did not answer as it should, and the run went on without it',
    explain: `A run never fails by its cache: the first fault (nobody listens, no answer within a second, a refused token, half an
archive, other bytes than its digest says) turns it off for the rest of the run, and every later look-up is a miss. So is it
when look-ups without an archive have taken 1.5 seconds together. A run waits 2 seconds at most for what brings it nothing,
by the clock on the wall. The cache's own page, at its address, and its log say more. \`MOCHI_CACHE_URL=\` (empty) turns
the cache off for one command.`,
    message: (facts: { url: string; request: string; found: string; lostMs: number }) =>
      `Expected an archive or a 404 from the build cache at ${facts.url} for ${facts.request}, found ${facts.found}: the run went on without it (${facts.lostMs} ms lost).`,
    where: (facts: { url: string }) => facts.url,
    // The cache itself says best what it has against a token.
    hint: (facts: { url: string; found: string }) =>
      facts.found.startsWith('status 401') ? './mochi cache status' : `curl -i ${facts.url.replace(/\/$/, '')}/health`,
  },
  CACHE_RELAY_DIFFERENCE: {
    summary: 'A target was built again and made something else than the shared build cache has',
    explain: `\`cache.compare\` in mochi.json has one in so many shared hits of reproducible targets (\`build\`) built again. The same inputs
gave other outputs: either the build depends on something that is no input of it (the time, the machine, a file outside
of the project), or somebody who may write the cache wrote what he had not built. Build it twice on one machine: when
that differs too, it is the build.`,
    message: (facts: {
      task: string
      hash: string
      stored: { contents: string; writer: string; written: string }
      built: { contents: string }
    }) =>
      `Expected ${facts.task} (${facts.hash}) to build what the cache has of it, ${facts.stored.contents} by ${facts.stored.writer} at ${facts.stored.written}; found ${facts.built.contents}.`,
    where: (facts: { task: string }) => facts.task,
    hint: (facts: { task: string }) => `npx nx run ${facts.task} --skip-nx-cache`,
  },
  CACHE_RELAY_FAILED: {
    summary: 'The relay between Nx and the build cache failed',
    explain: `Nx reaches the shared cache through a small server in its own process, on a free port of the loopback interface. It could
not start, or ended. The run went on without the cache. The reason is the system’s own.`,
    message: (facts: { reason: string }) =>
      `Expected to relay the build cache, but: ${facts.reason}. The run went on without it.`,
    hint: () => './mochi doctor',
  },
})
