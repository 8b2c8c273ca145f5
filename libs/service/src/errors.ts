import { defineErrors } from '@mochi/errors'

/** An address, and the variable that moves the service to another port. */
type Address = { name: string; host: string; port: number; portVariable: string }

/** What a service refuses before it serves. */
export const errors = defineErrors({
  SERVICE_PORT_TAKEN: {
    summary: 'Another process listens on the service’s port',
    explain: `A service never moves to another port by itself, because callers would not find it there. When the other process
answers \`/health\` as a service of this platform its name is shown, otherwise its number, where the system tells this user.
Stop it, or give this service another port with its variable \`<NAME>_PORT\`.`,
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
  SERVICE_SOCKETS_INVALID: {
    summary: 'A launcher passes sockets that a service does not understand',
    explain: `A service takes one or two listening sockets, as fd 3 and fd 4: \`LISTEN_FDS\` is their count, and \`LISTEN_FDNAMES\`
says which is \`public\` (the service’s routes) and which \`internal\` (\`/stats\`, reasons of \`/health\`, log level). For systemd
these are \`ListenStream=\` and \`FileDescriptorName=\` of its socket units. Without both variables the service opens its own port.`,
    message: (facts: { count: string; names: string }) =>
      `Expected LISTEN_FDS and LISTEN_FDNAMES to name a public socket and at most an internal one, found LISTEN_FDS=${facts.count} LISTEN_FDNAMES=${facts.names}.`,
    hint: () => 'unset LISTEN_FDS, or correct what starts the service',
  },
  SERVICE_SOCKET_UNUSABLE: {
    summary: 'A descriptor that a launcher passed is no listening socket',
    explain: `\`LISTEN_FDS\` says that this process was given sockets, but the system does not accept connections on one of them: it is
closed, or is something else. It happens when the variable is left over from another process.`,
    message: (facts: { name: string; fd: number; reason: string }) =>
      `Expected ${facts.name} to be given a listening socket as fd ${facts.fd}, but the system answered: ${facts.reason}.`,
    hint: () => 'unset LISTEN_FDS, or correct what starts the service',
  },
  SERVICE_TLS_UNUSABLE: {
    summary: 'The certificate of a service or its key cannot be used',
    explain: `\`tls.cert\` and \`tls.key\` name files in PEM: the certificate, with those that lead to its authority, and its private key. The
key belongs to root or to the user whom the service runs as, and nobody else may read it (\`chmod 600\`). When the service was
told to read them anew, by HUP, it goes on with those it had.`,
    message: (facts: { file: string; reason: string; hint?: string }) =>
      `Expected ${facts.file} to be usable for TLS, but ${facts.reason}.`,
    where: (facts: { file: string }) => facts.file,
    hint: (facts: { file: string; hint?: string }) => facts.hint ?? `openssl x509 -noout -text -in ${facts.file}`,
  },
})
