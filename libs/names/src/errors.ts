import { defineErrors } from '@mochi/errors'

const SHOWN = 60

/** What this package refuses. */
export const errors = defineErrors({
  NAMES_APP_INVALID: {
    summary: 'A text is no name for an app or a library',
    explain: `An app's name becomes a folder, a package, a DNS label, a variable's prefix and part of node names, so it keeps to
what all of them allow: words of lower-case letters and digits joined by single dashes, beginning with a letter, at most
40 characters. It does not end in a flavor (\`-localdev\`, \`-dev\`, \`-prod\`), because the service name of \`foo\` in
flavor \`dev\` is \`foo_dev\`, in DNS \`foo-dev\`. Choose a name like \`user-profile2\`.`,
    message: (facts: { expected: string; found: string; suggestion: string | undefined }) =>
      `Expected a name made of ${facts.expected}, found ${shown(facts.found)}.`,
    hint: hintOf,
  },
  NAMES_APP_RESERVED: {
    summary: 'A name is taken by the platform or its tools',
    explain: `The name keeps the rule for app names but already means something to the platform, to Nx, or in the environment of
every process; an app of that name would be misread. The message says what it means. Choose another name.`,
    message: (facts: { found: string; reason: string; suggestion: string | undefined }) =>
      `Expected a name that is free, found ${shown(facts.found)}, which is reserved: ${facts.reason}.`,
    hint: hintOf,
  },
  NAMES_SERVICE_INVALID: {
    summary: 'A text is no name of a service',
    explain: `The name of a service is that of its app with an underscore and the flavor behind it, \`hello_dev\`, \`hello_localdev\`; in prod it is that
of the app alone, \`hello\`. There are no other flavors.`,
    message: (facts: Refused) => refused('the name of a service like hello or hello_dev', facts),
  },
  NAMES_NODE_INVALID: {
    summary: 'A text is no name of a node',
    explain: `A node is a service on an address and a port: \`hello_dev@10.0.3.7:8080\`. The port is left out where it is the one that every
checkout gives this app.`,
    message: (facts: Refused) => refused('the name of a node like hello_dev@10.0.3.7:8080', facts),
  },
  NAMES_ADDRESS_INVALID: {
    summary: 'A text is no IPv4 address of a node',
    explain: `Nodes have IPv4 addresses in this version: four numbers from 0 to 255 without zeros before them. IPv6 is recognised, and refused.`,
    message: (facts: Refused) => refused('an IPv4 address like 10.0.3.7', facts),
  },
  NAMES_DNS_INVALID: {
    summary: 'A name in DNS is none of a cluster or node of this company',
    explain: `The nodes of a service in a data centre are found below one name: \`hello-dev.erl.us1.example.com\`, that is the service with a dash for
the underscore, the label, the data centre (IDC) and the domain of \`mochi.json\`. A node of it is \`n0a000307-8080\` below that: its address in
hexadecimal digits, and its port.`,
    message: (facts: Refused & { kind: string }) => refused(facts.kind, facts),
  },
  NAMES_IDC_UNKNOWN: {
    summary: 'A data centre is none of this company',
    explain: `\`idcs\` of \`mochi.json\` lists the data centres; \`local\` is every laptop.`,
    message: (facts: { found: string; idcs: readonly string[] }) =>
      `Expected one of ${facts.idcs.join(', ')}, found ${shown(facts.found)}.`,
    where: () => 'mochi.json',
  },
  NAMES_SETTINGS_INVALID: {
    summary: 'Names in DNS cannot be made of the label, the domain and the data centres',
    explain: `A name in DNS has labels of at most 63 characters, letters, digits and dashes, and is at most 253 characters long with everything that
is put before the domain.`,
    message: (facts: { what: string; expected: string; found: string }) =>
      `Expected ${facts.what} to be ${facts.expected}, found ${shown(facts.found)}.`,
    where: () => 'mochi.json',
  },
  NAMES_SECRET_WEAK: {
    summary: 'A secret is too short to derive keys from',
    explain: `Keys of clusters are derived from one secret of at least 32 random bytes for each flavor and data centre.`,
    message: (facts: { bytes: number }) => `Expected a secret of at least 32 bytes, found ${facts.bytes}.`,
  },
  NAMES_KEYRING_INVALID: {
    summary: 'A file of secrets for a flavor in a data centre is damaged',
    explain: `Such a file has one or two lines, the newest secret first, each an epoch, a secret in base64url and the time when it was made.
\`./mochi keys init\` makes it, and \`./mochi keys rotate\` changes it; nobody edits it.`,
    message: ({ line, expected }: { line: number; expected: string }) =>
      `Expected ${expected} in line ${line}, found something else.`,
    hint: () => './mochi keys show',
  },
})

/** What was found, and at which character something else was expected. */
type Refused = { readonly found: string; readonly expected: string; readonly at: number }

function refused(whole: string, { found, expected, at }: Refused): string {
  return `Expected ${whole}, found ${shown(found)}: at character ${at + 1} ${expected} was expected.`
}

function hintOf(facts: { suggestion: string | undefined }): string {
  return facts.suggestion === undefined
    ? 'Choose a name like user-profile2.'
    : `A name near it that is allowed: ${facts.suggestion}`
}

/** Long texts are cut: whoever pasted a file into a prompt does not want it back. */
function shown(text: string): string {
  const [...letters] = text.slice(0, 2 * SHOWN)
  return JSON.stringify(text.length <= SHOWN ? text : `${letters.slice(0, SHOWN).join('')}…`)
}
