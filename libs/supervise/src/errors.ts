import { defineErrors } from '@mochi/errors'

type Address = { name: string; host: string; port: number }

/** What a launcher refuses before it starts anything. */
export const errors = defineErrors({
  SUPERVISE_PORT_TAKEN: {
    summary: 'Another process listens on the address of a service',
    explain: `A launcher opens the sockets of its service before the service starts, and a service never moves to another port by
itself, because callers would not find it there. The message says who listens, where the system tells: a launcher that still
runs, or something else.`,
    message: (facts: Address & { holder: string | undefined }) =>
      `Expected ${facts.host}:${facts.port} to be free for ${facts.name}, found ${facts.holder ?? 'another process'} listening there.`,
    hint: (facts: Address) => `lsof -nP -iTCP:${facts.port} -sTCP:LISTEN`,
  },
  SUPERVISE_CANNOT_BIND: {
    summary: 'The system refuses the address of a service',
    explain: `The address is a number (\`127.0.0.1\`, not \`localhost\`) of this machine, and a port below 1024 needs root on Linux.
It stands in the \`launch.json\` of the service directory, which \`./mochi up\` writes from the configuration of the service.`,
    message: (facts: Address & { reason: string }) =>
      `Expected ${facts.name} to get ${facts.host}:${facts.port}, but the system answered: ${facts.reason}.`,
    hint: (facts: Address) => `./mochi config show ${facts.name}`,
  },
  SUPERVISE_LAUNCH_FILE: {
    summary: 'A launch.json says something that a launcher does not understand',
    explain: `\`launch.json\` in a service directory says what the launcher runs: \`name\`, \`command\`, \`folder\`, and if wanted \`sockets\`,
\`ready\`, \`patience\`, \`user\`, \`limits\`. \`./mochi up\` and a deploy write it; libs/supervise/README.md has every field.`,
    message: (facts: { file: string; faults: readonly string[] }) =>
      `Expected ${facts.file} to say what to launch, found ${facts.faults.length} fault(s):\n${facts.faults
        .map((fault) => `    ${fault}`)
        .join('\n')}`,
    where: (facts: { file: string }) => facts.file,
    hint: () => 'correct the file, or write it again with `./mochi up`',
  },
  SUPERVISE_NOT_RUNNING: {
    summary: 'No launcher runs in a service directory',
    explain: `A launcher answers on a local socket in its service directory. Nobody answers there: the service was never started, or its
launcher has ended. \`./mochi up\` starts it.`,
    message: (facts: { folder: string }) => `Expected a launcher to answer in ${facts.folder}, and nobody does.`,
    where: (facts: { folder: string }) => facts.folder,
    hint: () => './mochi up',
  },
  SUPERVISE_NO_ANSWER: {
    summary: 'A launcher does not answer',
    explain: `Somebody listens on the local socket in this folder and says nothing: the process is stopped, or the machine has no time for
it. It goes on by itself when it was only slow; one that is stopped is told to go on with \`kill -CONT\`.`,
    message: (facts: { folder: string; deadline: number }) =>
      `Expected an answer in ${facts.folder} within ${facts.deadline / 1000} s, and there is none.`,
    where: (facts: { folder: string }) => facts.folder,
    hint: () => 'try again, or look at the process: ps aux | grep supervise',
  },
  SUPERVISE_REFUSED: {
    summary: 'The process that runs the services did not do what it was asked',
    explain: `It answered, and with a reason. One of another version, which was started before an update, may not understand a request: it
is ended, its services go on, and the next \`./mochi up\` takes them over.`,
    message: (facts: { folder: string; words: string }) =>
      `Expected the process that runs the services of ${facts.folder} to do what it was asked, and it answered: ${facts.words}.`,
    where: (facts: { folder: string }) => facts.folder,
    hint: () => './mochi up',
  },
  SUPERVISE_ALREADY_RUNS: {
    summary: 'A launcher runs in this service directory already',
    explain: `Two launchers of one service would fight for its sockets. The one that runs is asked with \`./mochi restart NAME\` to start
the service anew, and with \`./mochi down\` to end it.`,
    message: (facts: { folder: string }) => `Expected no launcher in ${facts.folder}, found one that runs.`,
    where: (facts: { folder: string }) => facts.folder,
    hint: () => './mochi status',
  },
  SUPERVISE_CANNOT_LOCK: {
    summary: 'The lock of the process that runs the services cannot be taken',
    explain: `One process runs the services of a folder, and a lock on a file there says which. The file system must have locks (some
network file systems have none), be writable, and the file be what that process made; it holds nothing and may be removed
while no service runs.`,
    message: (facts: { file: string; reason: string }) =>
      `Expected to lock ${facts.file}, but the system answered: ${facts.reason}.`,
    where: (facts: { file: string }) => facts.file,
    hint: (facts: { file: string }) => `ls -l '${facts.file}', and remove it when nothing runs`,
  },
  SUPERVISE_FOLDER_OF_OTHERS: {
    summary: 'The folder of a control socket belongs to somebody else',
    explain: `Whoever owns the folder could put another socket in its place. Each launcher makes the folder itself, with the
permissions 0700; one that another user made, or a link, is refused.`,
    message: (facts: { folder: string }) => `Expected ${facts.folder} to be a folder of this user’s, and it is not.`,
    where: (facts: { folder: string }) => facts.folder,
    hint: (facts: { folder: string }) => `ls -ld '${facts.folder}'`,
  },
})
