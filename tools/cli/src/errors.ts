import { defineErrors } from '@mochi/errors'
import { lostDependency } from './lost-dependency.ts'

type ServiceFault = { name: string; fault: string; next?: string | undefined }
type Unknown = { nearest: readonly string[] }
type Place = { instance: string | undefined }

/** Everything that the command line itself can refuse or fail with. */
export const errors = defineErrors({
  CLI_DEPENDENCIES_STALE: lostDependency,
  CLI_UNKNOWN_CODE: {
    summary: 'No error has this code',
    explain: 'Every error prints its code in its last line. `./mochi explain` without a code lists them all.',
    message: (facts: { code: string; nearest: readonly string[] }) =>
      `No error has the code ${facts.code}.${didYouMean(facts.nearest)}`,
    hint: (facts: Unknown) =>
      facts.nearest[0] === undefined ? './mochi explain' : `./mochi explain ${facts.nearest[0]}`,
  },
  CLI_CATALOGUE_DAMAGED: {
    summary: 'A file of the name errors.ts exports no catalogue',
    explain: [
      'Every `src/errors.ts` exports `errors`, made by `defineErrors` of `@mochi/errors`: `./mochi explain` and',
      '`docs/reference/errors.md` are made of them all.',
    ].join('\n'),
    message: (facts: { file: string }) => `Expected ${facts.file} to export errors = defineErrors({…}).`,
    where: (facts: { file: string }) => facts.file,
    hint: (facts: { file: string }) => `correct ${facts.file}, or give the file another name`,
  },
  CLI_CODE_TWICE: {
    summary: 'Two catalogues define one code',
    explain: 'A code names one failure in the whole checkout. Begin it with the name of its room, as in TOOLCHAIN_….',
    message: (facts: { code: string; files: readonly string[] }) =>
      `Expected one definition of ${facts.code}, found ${facts.files.length}: ${facts.files.join(', ')}.`,
    hint: () => 'rename the code in one of the files',
  },
  CLI_UNKNOWN_TARGET: {
    summary: 'No project has this target, or no project has this name',
    explain: [
      'A target is written `project:target`, as in `foo:test`. Projects are the folders of `apps/`, `libs/` and `tools/`,',
      'and `toolchain` and `docs`; `npx nx show projects` lists them. Targets are inferred from the room a project stands in.',
    ].join('\n'),
    message: (facts: { wanted: string; nearest: readonly string[] }) =>
      `Nothing here is called ${facts.wanted}.${didYouMean(facts.nearest)}`,
    hint: (facts: Unknown) =>
      facts.nearest[0] === undefined ? 'npx nx show projects' : `./mochi why ${facts.nearest[0]}`,
  },
  CLI_UNKNOWN_SERVICE: {
    summary: 'This checkout has no service of this name',
    explain: 'A service is a folder of `apps/`, and has its name. `npx nx g service NAME` makes one.',
    message: (facts: { name: string; nearest: readonly string[] }) =>
      `Expected the name of a service in apps/, found ${facts.name}.${didYouMean(facts.nearest)}`,
    hint: (facts: Unknown & { command: string }) =>
      facts.nearest[0] === undefined ? 'ls apps' : `./mochi ${facts.command} ${facts.nearest[0]}`,
  },
  CLI_SERVICE_NOT_NAMED: {
    summary: 'It was not said which service is to be served',
    explain:
      '`./mochi serve NAME` runs one service in this terminal. In the folder of a service, `apps/NAME`, it needs no name.',
    message: (facts: { services: readonly string[] }) =>
      `Expected the name of a service, or to be called in the folder of one, apps/NAME. ${facts.services.length === 0 ? 'There is none yet.' : `There is ${facts.services.join(', ')}.`}`,
    hint: (facts: { services: readonly string[] }) =>
      facts.services[0] === undefined ? 'npx nx g service foo' : `./mochi serve ${facts.services[0]}`,
  },
  CLI_SERVICE_SCHEMA_UNREADABLE: {
    summary: 'A service does not say what it can be told',
    explain: [
      'Every service exports `configSchema = serviceConfig(name, {…})` from its `src/config.ts`; the command line runs that',
      'file. The message says what Node found wrong with it.',
    ].join('\n'),
    message: (facts: { file: string; reason: string }) =>
      `Expected ${facts.file} to export configSchema, found: ${facts.reason}.`,
    where: (facts: { file: string }) => facts.file,
    hint: (facts: { file: string }) => `node ${facts.file}`,
  },
  CLI_UNKNOWN_PLATFORM: {
    summary: 'There is no toolchain for this platform',
    explain: 'The toolchain is locked for Linux (glibc) and macOS, x64 and arm64. On Windows, use WSL2.',
    message: (facts: { platform: string }) =>
      `Expected linux-x64, linux-arm64, darwin-x64 or darwin-arm64, found ${facts.platform}.`,
    hint: () => './mochi toolchain bundle --platform linux-x64',
  },
  CLI_UNKNOWN_SHELL: {
    summary: 'The start file of this shell is not known',
    explain: [
      'The start files of bash, zsh and fish are known. The shell is taken from the variable SHELL; `--shell` names another.',
      'For any other POSIX shell, put `eval "$(/path/to/checkout/mochi env)"` into its start file.',
    ].join('\n'),
    message: (facts: { shell: string }) =>
      `Expected SHELL to be bash, zsh or fish, found ${facts.shell === '' ? 'nothing' : facts.shell}.`,
    hint: () => './mochi toolchain profile add --shell bash',
  },
  CLI_NOT_CONFIRMED: {
    summary: 'Nothing was removed, because nobody confirmed it',
    explain: 'The plan above says what would go and what stays. `--yes` carries it out, `--dry-run` only shows it.',
    message: (facts: { prefix: string }) => `Expected --yes before removing the toolchain in ${facts.prefix}.`,
    where: (facts: { prefix: string }) => facts.prefix,
    hint: () => './mochi uninstall --yes',
  },
  CLI_NO_SERVICE: {
    summary: 'This checkout has no service to start',
    explain: 'Services are the folders of `apps/`. `npx nx g service foo` makes one, with a test, that runs at once.',
    message: (facts: { root: string }) => `Expected a service in apps, found none in ${facts.root}.`,
    where: (facts: { root: string }) => `${facts.root}/apps`,
    hint: () => './mochi exec -- npx nx g service foo',
  },
  CLI_SERVICES_ASKED: {
    summary: 'Every service of this checkout starts only when it is named',
    explain: 'A service with `"mochi": { "up": "asked" }` in its package.json is one that a laptop can do without.',
    message: (facts: { names: readonly string[] }) =>
      `Expected a service that starts unasked, found ${facts.names.join(', ')}, which start when they are named.`,
    hint: (facts: { names: readonly string[] }) => `./mochi up ${facts.names[0] ?? 'NAME'}`,
  },
  CLI_NODE_NAME_TAKEN: {
    summary: 'A further node of a service would have the name of another service',
    explain:
      'The nodes of `foo` are called foo, foo-2, foo-3 and so on. A service foo-2 of its own leaves no room for them.',
    message: (facts: { app: string; taken: string }) =>
      `Expected the names of the nodes of ${facts.app} to be free, but ${facts.taken} is a service.`,
    hint: (facts: { app: string }) => `./mochi up ${facts.app}`,
  },
  CLI_HOST_UNKNOWN: {
    summary: 'The host that a service is to listen on has no address',
    explain: [
      'The value `host` of a service is an address of this machine, or a name that the system knows one for, as `localhost`.',
      '`./mochi config show NAME` says where the value comes from.',
    ].join('\n'),
    message: (facts: { app: string; host: string; reason: string }) =>
      `Expected host of ${facts.app} to be an address of this machine, found ${facts.host}: ${facts.reason}.`,
    hint: (facts: { app: string }) => `./mochi config show ${facts.app}`,
  },
  CLI_PREFIX_NOT_WRITABLE: {
    summary: 'The services cannot run from a prefix that belongs to somebody else',
    explain: [
      'What a service keeps stands in the prefix of the toolchain: its log and its sockets in `var`, its secrets in `etc`. A',
      'toolchain that somebody else installed, as root does in an image, can be used and not be written to. A prefix of your',
      'own has both.',
    ].join('\n'),
    message: (facts: { prefix: string; reason: string }) =>
      `Expected to be allowed to write to ${facts.prefix}/var, but the system answered: ${facts.reason}.`,
    where: (facts: { prefix: string }) => facts.prefix,
    hint: (facts: { prefix: string; own: string }) =>
      facts.prefix === facts.own
        ? `sudo chown -R "$(id -un)" '${facts.own}/var'`
        : `MOCHI_PREFIX='${facts.own}' ./mochi up`,
  },
  CLI_TREE_NOT_STARTED: {
    summary: 'The process that runs the services could not be started',
    explain: [
      '`./mochi up` starts one process for each user, which runs the services and goes on when the terminal is closed.',
      'What it said before it ended stands in the message, and in the file that it names.',
    ].join('\n'),
    message: (facts: { file: string; reason: string; output: string }) =>
      `Expected the process that runs the services to start, but ${facts.reason}.${facts.output === '' ? '' : `\n${facts.output}`}`,
    where: (facts: { file: string }) => facts.file,
    hint: () => './mochi doctor',
  },
  CLI_SERVICE_OF_OTHER_CHECKOUT: {
    summary: 'A service of this name runs from another checkout',
    explain: [
      'All checkouts of a user share one platform, in which a name stands for one service. End the other one, or run this',
      'one beside it with data and ports of its own: `./mochi up --instance NAME`.',
    ].join('\n'),
    message: (facts: { name: string; folder: string }) =>
      `Expected ${facts.name} to be free, but it runs from ${facts.folder}.`,
    where: (facts: { folder: string }) => facts.folder,
    hint: (facts: { name: string; instance: string | undefined }) =>
      `./mochi down${at(facts)} ${facts.name}, or ./mochi up --instance ${facts.instance === 'other' ? 'another' : 'other'}`,
  },
  CLI_SERVICE_RUNS: {
    summary: 'The port of a service that is to be served belongs to one that `./mochi up` runs',
    explain: [
      '`./mochi serve NAME` and `./mochi up` give a service the same port, so that one of them runs it. Stop the one that runs,',
      'or go on with it: `./mochi restart NAME` has it run what the sources say now.',
    ].join('\n'),
    message: (facts: { port: number; name: string; pid: number | undefined }) =>
      `Expected port ${facts.port} to be free, found ${facts.name} there, which ./mochi up runs${facts.pid === undefined ? '' : ` as process ${facts.pid}`}.`,
    hint: (facts: { name: string }) => `./mochi down ${facts.name}`,
  },
  CLI_SERVICES_RUN: {
    summary: 'Services run with the tools that are to be removed',
    explain:
      'A service that ends is started again with the Node that it runs on. Stop the services first; their data and logs stay.',
    message: (facts: { names: readonly string[]; instance: string | undefined }) =>
      `Expected no service to run, found ${facts.names.join(', ')}${facts.instance === undefined ? '' : ` of the instance ${facts.instance}`}.`,
    hint: (facts: Place) => `./mochi down${at(facts)}`,
  },
  CLI_SERVICE_NOT_RUNNING: {
    summary: 'A service that is not running was asked for',
    explain: '`./mochi up` starts the services of this checkout; `./mochi status` shows what runs.',
    message: (facts: { name: string; nearest: readonly string[] } & Place) =>
      `Expected ${facts.name} to run${facts.instance === undefined ? '' : ` in the instance ${facts.instance}`}, and it does not.${didYouMean(facts.nearest)}`,
    hint: (facts: Unknown & Place & { name: string; command: string; isHere: boolean }) => {
      if (facts.nearest[0] !== undefined) return `./mochi ${facts.command}${at(facts)} ${facts.nearest[0]}`
      return facts.isHere ? `./mochi up${at(facts)} ${facts.name}` : './mochi status'
    },
  },
  CLI_SERVICE_NOT_STOPPED: {
    summary: 'A service has ended, but not all that it wrote is in its log',
    explain: [
      'The log of a service takes nothing, as on a full disk. What the service wrote before it ended is kept beside it, and so is',
      'the process that runs the services, until the log takes it. Make room, and stop the service again.',
    ].join('\n'),
    message: ({ faults }: { faults: readonly ServiceFault[] }) =>
      `Expected every service to end with its log written, found ${faults.length} that did not:\n${faults
        .map(({ name, fault }) => `    ${name}: ${fault}`)
        .join('\n')}`,
    where: (facts: { folder: string }) => facts.folder,
    hint: ({ faults, ...place }: { faults: readonly ServiceFault[] } & Place) =>
      `./mochi down${at(place)} ${faults[0]?.name ?? 'NAME'}`,
  },
  CLI_SERVICE_FAILED: {
    summary: 'A service did not start, or did not restart',
    explain: [
      'The launcher of the service says why. What the service itself said stands in its log. After a failed restart the',
      'process from before goes on serving.',
    ].join('\n'),
    message: ({ faults }: { faults: readonly ServiceFault[] }) =>
      `Expected every service to serve, found ${faults.length} that do not:\n${faults
        .map(({ name, fault }) => `    ${name}: ${fault}`)
        .join('\n')}`,
    hint: ({ faults: [first], ...place }: { faults: readonly ServiceFault[] } & Place) =>
      first?.next ?? `./mochi logs${at(place)} ${first?.name ?? 'NAME'}`,
  },
  CLI_UP_INTERRUPTED: {
    summary: 'Ctrl-C came before the services served',
    explain: 'What this `./mochi up` had started has been stopped again; what ran before goes on.',
    message: (facts: { names: readonly string[] }) =>
      `Expected the services to serve, but Ctrl-C came first. ${facts.names.length === 0 ? 'Nothing was started.' : `Stopped ${facts.names.join(', ')}.`}`,
    hint: (facts: Place) => `./mochi up${at(facts)}`,
  },
  CLI_SYSTEM_REFUSED: {
    summary: 'The system does not let this user do what the command has to do',
    explain: [
      'A file or folder belongs to somebody else, as after a command that was run with sudo, or cannot be written, or the disk',
      'is full. The message has the words of the system.',
    ].join('\n'),
    message: (facts: { reason: string }) => `Expected to be let by the system, which answered: ${facts.reason}.`,
    hint: (facts: { path: string; isFull: boolean }) => (facts.isFull ? 'df -h' : `ls -ld '${facts.path}'`),
  },
  CLI_HOOKS_STAY: {
    summary: 'The git hooks could not be taken away, so nothing was removed',
    explain: [
      'The hooks of a checkout run the toolchain and install it where it is not there. So `./mochi uninstall --yes` first',
      'lets lefthook take them out of this checkout. It could not; without the file that the message names, no hook is left.',
    ].join('\n'),
    message: (facts: { hook: string; output: string }) =>
      `Expected \`lefthook uninstall\` to take the git hooks away; it failed.${facts.output === '' ? '' : `\n${facts.output}`}`,
    where: (facts: { hook: string }) => facts.hook,
    hint: (facts: { hook: string }) => `rm '${facts.hook}', then ./mochi uninstall --yes`,
  },
  CLI_COMMAND_FAILED: {
    summary: 'A command that the command line ran failed',
    explain: 'What the command wrote stands in the message. Run it by hand to see more.',
    message: (facts: { command: string; code: number | null; output: string }) =>
      `Expected \`${facts.command}\` to succeed; it ended with ${facts.code === null ? 'no exit code' : `exit code ${facts.code}`}.${facts.output === '' ? '' : `\n${facts.output}`}`,
    hint: (facts: { command: string }) => facts.command,
  },
})

/** What a command that is meant for an instance has to say. */
function at({ instance }: Place): string {
  return instance === undefined ? '' : ` --instance ${instance}`
}

function didYouMean(nearest: readonly string[]): string {
  return nearest.length === 0 ? '' : ` Did you mean ${nearest.join(' or ')}?`
}
