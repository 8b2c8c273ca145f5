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
})
