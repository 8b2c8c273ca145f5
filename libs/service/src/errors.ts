import { defineErrors } from '@mochi/errors'

/** An address, and the variable that moves the service to another port. */
type Address = { name: string; host: string; port: number; portVariable: string }

/** What a service refuses before it serves. */
export const errors = defineErrors({
  SERVICE_PORT_TAKEN: {
    summary: 'Another process listens on the service’s port',
    explain: `A service never moves to another port by itself, because callers would not find it there. When the other process
answers \`/health\` as a service of this platform its name is shown; otherwise \`lsof\` shows who it is. Stop it, or give this
service another port with its variable \`<NAME>_PORT\`.`,
    message: (facts: Address & { holder: string | undefined }) =>
      `Expected ${facts.host}:${facts.port} to be free for ${facts.name}, found ${facts.holder ?? 'another process'} listening there.`,
    hint: (facts: Address) => `lsof -nP -iTCP:${facts.port} -sTCP:LISTEN, or set ${facts.portVariable} to another port`,
  },
  SERVICE_CANNOT_LISTEN: {
    summary: 'The system refuses to let the service listen on its address',
    explain: `The address does not belong to this machine, or the port is one that only root may open (below 1024 on Linux).
Choose a port of 1024 or above and an address of this machine; \`127.0.0.1\` always is one.`,
    message: (facts: Address & { reason: string }) =>
      `Expected ${facts.name} to be able to listen on ${facts.host}:${facts.port}, but the system answered: ${facts.reason}.`,
    hint: (facts: Address & { hostVariable: string }) => `set ${facts.hostVariable} and ${facts.portVariable}`,
  },
  SERVICE_CONFIG_INVALID: {
    summary: 'A service’s configuration does not fit its schema',
    explain: `The schema in the service’s \`src/config.ts\` says what it can be told. Every fault is listed at once, with the variable
it came from, and no port is opened before all of them are mended.`,
    message: (facts: { name: string; faults: readonly string[] }) => {
      const count = facts.faults.length === 1 ? 'one fault' : `${facts.faults.length} faults`
      const list = facts.faults.map((fault) => `    ${fault}`).join('\n')
      return `Expected the configuration of ${facts.name} to fit src/config.ts, found ${count}:\n${list}`
    },
    hint: ({ variables }: { variables: readonly string[] }) =>
      variables.length === 0 ? 'set what lacks' : `mend ${variables.join(', ')}, or unset what shall have its default`,
  },
})
